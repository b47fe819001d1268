"""The notice of a meeting in words, in any of our languages: blocks for the page, the PDF and the mail alike.

What 34 CFR 300.322(b) asks for stands in it whatever was typed. No name stands in it: the law asks for positions, and a
mail that says no more than this tells a stranger little.
"""

from collections.abc import Sequence
from datetime import datetime

from server.domain.meeting_notice import Content
from server.papers import Facts, Heading, Items, Note, Run, Text
from server.papers.model import Block
from server.web import words
from server.web.i18n import N_, Language

PURPOSES = {
    "initial": N_("To write the first education plan (IEP), and to decide which services the school will give."),
    "annual_review": N_("To look at the education plan (IEP) as we do each year, and to change what needs changing."),
    "reevaluation": N_("To talk about the new evaluation, and what it means for the education plan (IEP)."),
    "amendment": N_("To change the education plan (IEP) that we have."),
    "transition": N_("To plan for life after school as part of the education plan (IEP)."),
    "other": N_("To talk about the education plan (IEP)."),
}
TITLE = N_("Notice of a school meeting")


def when(content: Content, language: Language) -> str:
    """The day, from when to when, and in which time zone."""
    starts, zone = datetime.fromisoformat(content.starts_at), content.time_zone
    text = f"{language.date(starts, zone)}, {language.time(starts, zone)}"
    if content.ends_at:
        text += f" – {language.time(datetime.fromisoformat(content.ends_at), zone)}"
    return f"{text} ({language.zone_name(starts, zone)})"


def time_and_place(content: Content, language: Language) -> Facts:
    said = language.gettext
    rows: list[tuple[str, str | Sequence[Run]]] = [(said(N_("When")), when(content, language))]
    if content.place:
        rows.append((said(N_("Where")), content.place))
    if content.video_link:
        rows.append((said(N_("By video")), [Run(content.video_link, link=content.video_link)]))
    if not content.place and not content.video_link:
        rows.append((said(N_("Where")), said(N_("We will tell you."))))
    return Facts(rows)


def attendees(content: Content, language: Language) -> list[str]:
    """Positions, the school's first, each once: the part in our words, and the title as the school typed it."""
    ordered = sorted(content.attendees, key=lambda one: list(words.ROLES).index(one.role))
    named = []
    for one in ordered:
        part = language.gettext(words.ROLES[one.role])
        named.append(f"{part} ({one.title})" if one.title and one.title != part else part)
    return list(dict.fromkeys(named))


def notice_blocks(content: Content, language: Language, *, before: Content | None = None) -> list[Block]:
    """`before`: what was told last, when this tells of a change."""
    said = language.gettext
    blocks: list[Block] = []
    if before is not None:
        blocks.append(Note(said(N_("This is a change. Before, it was: %(when)s"), when=when(before, language))))
    blocks += [
        Text(
            said(
                N_("You are invited to this meeting. Parents are part of the team: you and the school decide together.")
            )
        ),
        Heading(said(N_("When and where"))),
        time_and_place(content, language),
        Heading(said(N_("What the meeting is for"))),
        Text(said(PURPOSES.get(content.purpose, PURPOSES["other"]))),
    ]
    if content.transition:
        blocks += _transition(content, language)
    blocks += [
        Heading(said(N_("Who will be there"))),
        Items(attendees(content, language)),
        Heading(said(N_("You may bring others"))),
        Text(
            said(
                N_(
                    "You and the school may each bring other people who know the student well or have special "
                    "expertise about the student: a relative, a friend, a therapist, an advocate. Whoever brings "
                    "somebody decides whether that person has such knowledge. It helps to tell us before."
                )
            )
        ),
    ]
    if content.first:
        blocks.append(
            Text(
                said(
                    N_(
                        "Did your child get early intervention services (Part C)? Then you may ask us to invite the "
                        "Part C service coordinator, or others from those services, to help with the change to school."
                    )
                )
            )
        )
    blocks += [
        Heading(said(N_("If this does not suit you"))),
        Text(
            said(
                N_(
                    "The time and place must suit you too. Tell us if another time is better, or if you would rather "
                    "join by phone or video. If you need an interpreter, tell us: it costs you nothing."
                )
            )
        ),
    ]
    return blocks


def _transition(content: Content, language: Language) -> list[Block]:
    """300.322(b)(2): that this is a purpose, that the student is invited, and which agencies."""
    said = language.gettext
    items = [
        said(N_("One purpose of this meeting is to plan goals and services for life after school (transition).")),
        said(N_("The school invites the student to this meeting.")),
    ]
    if content.agencies:
        agencies = "; ".join(content.agencies)
        items.append(said(N_("These other agencies will be invited, if you agree: %(agencies)s."), agencies=agencies))
    else:
        items.append(said(N_("No other agency will be invited.")))
    return [Items(items)]
