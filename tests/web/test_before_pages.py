"""The parents' door: what to do next, the draft in cards, a word on each part, a question in one's own words."""

import re

import pytest
from sqlalchemy import select

from server.domain.glossary import GLOSSARY
from server.domain.sharing import SHAREABLE
from server.storage.tables import Comment, Thread
from server.web import words, words_door
from server.web.i18n import ROOT, language
from tests.support.readability import english_grade, english_syllables, spanish_ease, spanish_syllables
from tests.support.school import School
from tests.web.test_sharing_pages import SECRET, Team

MOST_GRADE, LEAST_EASE = 8.0, 60.0


def test_the_next_thing_stands_first(school: School) -> None:
    team = Team(school)
    parent, before = team.browsers["parent"], f"{team.url}/before"
    page = parent.text(before)
    assert page.index("The school is still writing the draft.") < page.index("When and where")
    for wanted in ("Thursday, February 25, 2027", "2:30", "Room 12", "Annual review", "The case_manager", "(you)"):
        assert wanted in page
    team.share("goals", "services")
    assert "Read: Goals" in parent.text(before)
    assert "You have said something about 0 of 2 parts" in parent.text(before)
    for section, following in (("goals", "Read: Services"), ("services", "You have said something about every part.")):
        card = f"{before}/{team.documents[section]}"
        answer = parent.post(f"{card}/say", {"view": "talk"})
        assert (answer.status_code, answer.headers["location"]) == (303, f"{card}?done=said#your-word")
        assert "Noted. The case manager can see it." in parent.text(f"{card}?done=said")
        assert following in parent.text(before)
    assert "Wants to talk about: Goals, Services" in team.browsers["case_manager"].text(f"{team.url}/sharing")
    school.phase(team.leader, team.id, "live")
    assert "Join the meeting" in parent.text(before)


def test_a_card_says_what_it_says_and_what_it_means(school: School) -> None:
    team = Team(school)
    parent, goals = team.browsers["parent"], f"{team.url}/before/{team.documents['goals']}"
    assert parent.get(goals).status_code == 403
    assert SECRET not in parent.get(goals).text
    team.share("goals", "services")
    page = parent.text(goals)
    assert SECRET in page
    assert words_door.MEANINGS["goals"][:40] in page
    assert "Preliminary, for discussion; nothing here is decided." in page
    assert "1 section opened" in team.browsers["case_manager"].text(f"{team.url}/sharing")
    assert '<span lang="' not in parent.get(goals).text  # the page's own language
    parent.post("/language", {"locale": "es"})
    assert f'<span lang="en">{SECRET}' in parent.get(goals).text  # or a Spanish voice would read English words


def test_what_a_parent_asks_is_a_comment_in_her_own_words(school: School) -> None:
    team = Team(school)
    parent, goals = team.browsers["parent"], team.documents["goals"]
    team.share("goals")
    form = {"text": "Why so many owls?", "proposal": "Two owls read aloud."}
    answer = parent.post(f"{team.url}/before/{goals}/ask", form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{team.url}/before/{goals}?done=asked#ask")
    (thread,) = school.rows(select(Thread).where(Thread.meeting_id == team.id))
    (comment,) = school.rows(select(Comment).where(Comment.thread_id == thread.id))
    assert (thread.document_id, thread.proposal, comment.text) == (goals, form["proposal"], form["text"])
    assert (comment.author_id, thread.created_by) == (team.people["parent"].id,) * 2
    answer = parent.post(f"{team.url}/before/{goals}/ask", {"text": " ", "proposal": "Three owls."})
    assert answer.status_code == 422
    assert "Three owls." in answer.text  # nothing that was typed is lost
    assert 'aria-invalid="true"' in answer.text


def test_fields_that_are_held_open_are_blank_on_the_card(school: School) -> None:
    team = Team(school, "il")
    team.share("services")
    card = team.browsers["parent"].get(f"{team.url}/before/{team.documents['services']}").text
    assert SECRET not in card
    assert team.browsers["parent"].get(f"{team.url}/before/{team.documents['placement']}").status_code == 403


def test_every_section_that_goes_out_is_explained() -> None:
    assert words_door.MEANINGS.keys() == set(SHAREABLE)
    found = dict(words_door.terms_in("Each annual goal has a baseline.", "es"))
    assert list(found) == ["meta anual (annual goal)", "punto de partida (baseline)"]
    assert words_door.terms_in("", "en") == []


# Plain words


@pytest.mark.parametrize(("word", "count"), [("read", 1), ("make", 1), ("table", 2), ("asked", 1), ("family", 3)])
def test_syllables_in_english(word: str, count: int) -> None:
    assert english_syllables(word) == count


@pytest.mark.parametrize(("word", "count"), [("leer", 2), ("reunión", 2), ("día", 2), ("escuela", 3), ("hoy", 1)])
def test_syllables_in_spanish(word: str, count: int) -> None:
    assert spanish_syllables(word) == count


def door_texts() -> list[str]:
    """What a parent reads on the way in: explanations, hints, and the sentences of the door's templates."""
    sentence = re.compile(r'_\("([^"%]{30,})"[,)]')
    found = [*words_door.MEANINGS.values(), *(words.SECTION_HINTS[name] for name in SHAREABLE)]
    for name in ("before.html", "before_card.html"):
        found += sentence.findall((ROOT / "templates" / name).read_text(encoding="utf-8"))
    return found


def test_the_measures_tell_hard_from_easy() -> None:
    assert english_grade("The cat sat on the mat. It was warm.") < 2
    hard = (
        "Procedural safeguards notwithstanding, the determination of eligibility necessitates comprehensive evaluation."
    )
    assert english_grade(hard) > 16
    assert spanish_ease("El niño lee un libro. Le gusta mucho.") > 90
    assert spanish_ease("La determinación de elegibilidad necesita evaluaciones multidisciplinarias comprensivas.") < 20


def test_the_door_is_written_in_plain_words_in_both_languages() -> None:
    spanish = language("es").gettext
    texts = door_texts()
    assert len(texts) > 30
    assert english_grade(" ".join(texts)) <= 6.5
    assert spanish_ease(" ".join(spanish(text) for text in texts)) >= 70
    hard = [text for text in words_door.MEANINGS.values() if english_grade(text) > MOST_GRADE]
    hard += [text for text in words_door.MEANINGS.values() if spanish_ease(spanish(text)) < LEAST_EASE]
    assert not hard, hard


def test_the_glossary_is_written_in_plain_words_in_both_languages() -> None:
    english = " ".join(term.explained["en"] for term in GLOSSARY)
    spanish = " ".join(term.explained["es"] for term in GLOSSARY)
    assert english_grade(english) <= MOST_GRADE
    assert spanish_ease(spanish) >= LEAST_EASE
