"""The form for the family's own words, and what the team reads of it."""

import re

from server.domain.own_words import QUESTIONS
from server.web import words_door
from server.web.i18n import ROOT, language
from tests.support.readability import english_grade, spanish_ease
from tests.support.school import Browser, School
from tests.web.test_sharing_pages import Team

WORRY = "Llora <b>mucho</b> cuando escribe."
JSON = {"accept": "application/json"}


def seen(browser: Browser, url: str) -> str:
    found = re.search(r'name="seen" value="(\d+)"', browser.get(url).text)
    assert found is not None
    return found[1]


def test_one_question_a_page_and_back_where_one_left_off(school: School) -> None:
    team = Team(school)
    parent, url = team.browsers["parent"], f"{team.url}/words"
    assert f'href="{url}/mine"' in parent.get(f"{team.url}/before").text
    assert parent.get(f"{url}/mine").headers["location"] == f"{url}/1"
    page = parent.text(f"{url}/1")
    for wanted in ("What is your child good at?", "In your own words: 1 of 5", "Only you see this until"):
        assert wanted in page
    answer = parent.post(f"{url}/1", {"text": "Space.", "seen": "0", "go": "next"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{url}/2")
    assert parent.get(f"{url}/mine").headers["location"] == f"{url}/2"
    assert parent.post(f"{url}/2", {"text": "", "seen": "0", "go": "back"}).headers["location"] == f"{url}/1"
    assert "Space." in parent.text(f"{url}/1")
    assert parent.post(f"{url}/5", {"text": "", "seen": "0", "go": "next"}).headers["location"] == f"{url}/check"
    assert parent.get(f"{url}/6").status_code == 404
    assert "What are you good at?" in team.browsers["student"].text(f"{url}/1")


def test_a_script_keeps_what_is_typed_and_no_word_is_lost(school: School) -> None:
    team = Team(school)
    parent, url = team.browsers["parent"], f"{team.url}/words/2"
    first = parent.post(url, {"text": WORRY, "seen": "0"}, headers=JSON).json()["number"]
    assert seen(parent, url) == str(first)
    old = parent.post(url, {"text": "Another window.", "seen": "0"}, headers=JSON)
    assert old.status_code == 409
    assert "another window" in old.json()["message"]
    page = parent.post(url, {"text": "Another window.", "seen": "0"})
    assert page.status_code == 409
    assert "Another window." in page.text  # what was typed
    assert "Llora &lt;b&gt;mucho" in page.text  # and what is saved
    number = re.search(r'name="seen" value="(\d+)"', page.text)
    assert number is not None
    assert parent.post(url, {"text": "Another window.", "seen": number[1]}).status_code == 303
    long = parent.post(url, {"text": "palabra " * 2000, "seen": seen(parent, url)})
    assert long.status_code == 422
    assert "palabra palabra" in long.text
    school.phase(team.leader, team.id, "live", "closed")
    late = parent.post(url, {"text": "One more thing.", "seen": "0"})
    assert late.status_code == 403
    assert "One more thing." in late.text


def test_the_team_reads_them_unedited_once_they_are_given(school: School) -> None:
    team = Team(school)
    parent, leader, url = team.browsers["parent"], team.browsers["case_manager"], f"{team.url}/words"
    parent.post(f"{url}/2", {"text": WORRY, "seen": "0"})
    for browser in (leader, team.browsers["student"], team.browsers["advocate"]):
        assert "Llora" not in browser.get(url).text
        assert "Llora" not in browser.get(team.url).text
    assert "Llora" in parent.text(f"{url}/check")
    assert parent.post(f"{url}/give").status_code == 303
    assert "The team has your words." in parent.text(f"{url}/check")
    for browser in team.browsers.values():  # the other household's as well: all of the team read all
        assert "Llora &lt;b&gt;mucho&lt;/b&gt; cuando escribe." in browser.get(url).text
        assert "Llora" in browser.get(team.url).text
    number = seen(parent, f"{url}/2")
    parent.post(f"{url}/2", {"text": "Llora a diario.", "seen": number})
    page = leader.text(url)
    assert page.index("Llora a diario.") < page.index("1 earlier wording") < page.index("Llora <b>mucho</b>")
    person = team.people["parent"].id
    assert leader.post(f"{url}/2", {"text": "He is fine.", "seen": "0"}).status_code == 403
    assert leader.get(f"{url}/1").status_code == 403
    empty = leader.post(f"{url}/{person}/worries/answer", {"text": " "})
    assert empty.status_code == 422
    answer = leader.post(f"{url}/{person}/worries/answer", {"text": "Thank you. We look at it together."})
    assert answer.headers["location"] == f"{url}#words-{person}-worries"
    assert "1 answer: Thank you. We look at it together." in leader.text(url)
    assert "To the words of The parent: What worries you?" in parent.text(f"{team.url}/comments?show=all")


def test_nothing_written_is_nothing_to_give(school: School) -> None:
    team = Team(school)
    answer = team.browsers["parent"].post(f"{team.url}/words/give")
    assert answer.status_code == 422
    assert "Please answer at least one question first." in answer.text


def test_the_questions_are_in_plain_words_in_both_languages() -> None:
    tables = (words_door.QUESTIONS, words_door.STUDENT_QUESTIONS, words_door.QUESTION_HINTS)
    assert all(tuple(table) == QUESTIONS for table in tables)
    texts = [text for table in tables for text in table.values()]
    for name in ("own_words_question.html", "own_words_check.html"):
        source = (ROOT / "templates" / name).read_text(encoding="utf-8")
        texts += re.findall(r'_\("([^"%]{30,})"[,)]', source)
    spanish = language("es").gettext
    assert english_grade(" ".join(texts)) <= 6
    assert spanish_ease(" ".join(spanish(text) for text in texts)) >= 70
