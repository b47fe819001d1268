"""Acts before the meeting: the draft goes out to the family, is opened, and spoken of."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from server.domain.own_words import QUESTIONS
from server.domain.sharing import SHAREABLE
from server.journal import kinds
from server.meeting.own_words import give_words, write_words
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

    @rule(
        who=WHO,
        question=st.sampled_from(QUESTIONS[:2]),
        text=st.sampled_from(["He cries.", "Space.", ""]),
        old=st.booleans(),
    )
    def write_words(self, who: int, question: str, text: str, old: bool) -> None:
        plain, actor = self.plain, self.actor(who)
        key = actor.person_id, question
        stands, number = plain.words.get(key, ("", 0))
        same = text == stands
        allowed = self._may_write(actor.person_id) and (same or not old)
        act = write_words(self.desk.journal, actor, question, text, lang="en", seen=number - 1 if old else number)
        if self.do(act, allowed, *([] if same else [kinds.WORDS_WRITTEN]), by=actor.person_id) and not same:
            plain.words[key] = text, self.desk.entries()[-1].number

    @rule(who=WHO)
    def give_words(self, who: int) -> None:
        plain, actor = self.plain, self.actor(who)
        wrote = any(text for (person, _), (text, _) in plain.words.items() if person == actor.person_id)
        new = [] if actor.person_id in plain.given else [kinds.WORDS_GIVEN]
        if self.do(
            give_words(self.desk.journal, actor), self._may_write(actor.person_id) and wrote, *new, by=actor.person_id
        ):
            plain.given.add(actor.person_id)

    def _may_write(self, person: str) -> bool:
        section = next((one for one in self.plain.sections.values() if one.name == "parent_input"), None)
        return self.plain.may(person, "edit_parent_input", section)
