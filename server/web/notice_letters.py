"""Letters that tell people of a meeting: notice, change, reminder, cancellation. What is previewed is what is sent."""

from dataclasses import dataclass
from datetime import datetime

from server.domain.meeting_notice import CANCELLATION, REMINDER, Content
from server.mail import Letter
from server.mail.calendar import CANCEL, REQUEST, Appointment, calendar_object
from server.papers import Link, Text
from server.papers.model import Block, as_text, plain_block
from server.web.i18n import N_, Language, language
from server.web.meeting_notice_words import notice_blocks, time_and_place
from server.web.templates import environment

# Neither student nor IEP: a subject and a calendar are seen by others.
CALENDAR_TITLE = N_("School meeting")


@dataclass(frozen=True, slots=True)
class Draft:
    """What is told, and what was told before. `kind`: of `server.domain.meeting_notice.KINDS`."""

    kind: str
    content: Content
    sequence: int
    before: Content | None = None

    def subject(self, spoken: Language) -> str:
        day = spoken.date(datetime.fromisoformat(self.content.starts_at), self.content.time_zone, length="long")
        if self.kind == CANCELLATION:
            return spoken.gettext(N_("Cancelled: school meeting on %(day)s"), day=day)
        if self.kind == REMINDER:
            return spoken.gettext(N_("Reminder: school meeting on %(day)s"), day=day)
        if self.before is not None:
            return spoken.gettext(N_("Changed: school meeting on %(day)s"), day=day)
        return spoken.gettext(N_("Invitation: school meeting on %(day)s"), day=day)

    def blocks(self, spoken: Language) -> list[Block]:
        """Without the link."""
        said = spoken.gettext
        if self.kind == CANCELLATION:
            return [
                Text(said(N_("This meeting will not take place. We will find another time with you."))),
                time_and_place(self.content, spoken),
            ]
        if self.kind == REMINDER:
            return [
                Text(said(N_("We look forward to seeing you. You can still tell us whether you are coming."))),
                time_and_place(self.content, spoken),
            ]
        return notice_blocks(self.content, spoken, before=self.before)

    def text_and_link(self, spoken: Language, link: str) -> list[Block]:
        if self.kind == CANCELLATION:
            return self.blocks(spoken)
        said = spoken.gettext
        return [
            *self.blocks(spoken),
            Link(said(N_("Read and answer")), link),
            Text(said(N_("This link is for you alone. Please do not pass it on."))),
        ]


@dataclass(frozen=True, slots=True)
class Recipient:
    person_id: str
    name: str
    email: str
    locale: str


def letter(draft: Draft, to: Recipient, link: str, *, uid: str, sender: str, at: datetime) -> Letter:
    spoken = language(to.locale)
    blocks = draft.text_and_link(spoken, link)
    subject = draft.subject(spoken)
    html = (
        environment(spoken.code)
        .get_template("mail.html")
        .render(subject=subject, blocks=[plain_block(block) for block in blocks])
    )
    method = CANCEL if draft.kind == CANCELLATION else REQUEST
    content = draft.content
    appointment = Appointment(
        uid=uid,
        sequence=draft.sequence,
        title=spoken.gettext(CALENDAR_TITLE),
        description=spoken.gettext(N_("The letter with this invitation says more.")),
        starts_at=datetime.fromisoformat(content.starts_at),
        ends_at=datetime.fromisoformat(content.ends_at) if content.ends_at else None,
        time_zone=content.time_zone,
        place=content.place or content.video_link,
        organizer=sender,
        attendee=to.email,
        attendee_name=to.name,
    )
    return Letter(
        to=to.email,
        name=to.name,
        language=spoken.code,
        subject=subject,
        text=as_text(blocks) + "\n",
        html=html,
        calendar=calendar_object(appointment, method, at),
        method=method,
    )
