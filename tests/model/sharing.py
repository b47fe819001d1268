"""Acts before the meeting: the draft goes out to the family, is opened, and spoken of."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from server.domain.sharing import SHAREABLE
from server.journal import kinds
from server.meeting.sharing import note_opening, say_about_section, share_sections
from tests.model.conducting import WHO, Conducting, N


class Sharing(Conducting):
    @rule(who=WHO, n=N, language=st.sampled_from(["en", "es", "en", "latin"]))
    def share(self, who: int, n: int, language: str) -> None:
        plain, actor, document = self.plain, self.actor(who), self._document(n)
        allowed = (
            plain.may(actor.person_id, "share_draft")
            and document in plain.sections
            and plain.sections[document].name in SHAREABLE
            and document not in plain.shared
            and language != "latin"
        )
        act = share_sections(self.desk.journal, actor, [document], language=language)
        if self.do(act, allowed, kinds.SHARED, by=actor.person_id):
            plain.shared.add(document)

    @rule(who=WHO, n=N)
    def open_section(self, who: int, n: int) -> None:
        plain, actor, document = self.plain, self.actor(who), self._document(n)
        first = document in plain.shared and (document, actor.person_id) not in plain.opened
        allowed = plain.may(actor.person_id, "note_opening")
        act = note_opening(self.desk.journal, actor, [document])
        if self.do(act, allowed, *([kinds.OPENED] if first else []), by=actor.person_id) and first:
            plain.opened.add((document, actor.person_id))

    @rule(who=WHO, n=N, view=st.sampled_from(["fine", "talk", "agree"]))
    def say(self, who: int, n: int, view: str) -> None:
        plain, actor, document = self.plain, self.actor(who), self._document(n)
        allowed = plain.may(actor.person_id, "say_about_section") and document in plain.shared and view != "agree"
        new = [] if plain.views.get((document, actor.person_id)) == view else [kinds.VIEWED]
        act = say_about_section(self.desk.journal, actor, document, view)
        if self.do(act, allowed, *new, by=actor.person_id):
            plain.views[document, actor.person_id] = view
