import pytest

from server.web.i18n import negotiate, script_strings, time_zone
from server.web.language import own_path
from tests.support.measuring import add_goal
from tests.support.school import School


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "en"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("en-US,en;q=0.9,es;q=0.8", "en"),
        ("fr-FR, es;q=0.5", "es"),
        ("vi", "en"),
        ("es;q=0", "en"),
        ("en;q=0.1, es;q=0.9", "es"),
        ("*", "en"),
        (";;;q=x,,,", "en"),
        ("es;q=nan", "en"),
    ],
)
def test_the_browsers_wish(header: str, code: str) -> None:
    assert negotiate(header) == code


def test_browser_then_switch_then_person(school: School) -> None:
    visitor = school.browser(headers={"accept-language": "es-MX"})
    assert '<html lang="es"' in visitor.get("/sign-in").text
    answer = visitor.post("/language", {"locale": "en", "next": "/sign-in"})
    assert answer.headers["location"] == "/sign-in"
    assert '<html lang="en"' in visitor.get("/sign-in").text

    elena = school.person("Elena", locale="es")
    browser = school.browser(elena, headers={"accept-language": "en"})
    assert '<html lang="es"' in browser.get("/").text
    browser.post("/language", {"locale": "en", "next": "/account"})
    assert '<html lang="en"' in browser.get("/").text
    assert '<html lang="en"' in school.browser(elena).get("/").text  # on the other device too


def test_a_section_is_read_in_each_reader_s_language_and_as_it_is_now(school: School) -> None:
    dana, elena = school.person("Dana", is_staff=True), school.person("Elena", locale="es")
    meeting = school.meeting(dana)
    school.seat(dana, meeting, elena, "parent")
    school.phase(dana, meeting, "live")
    goals = school.documents(meeting)["goals"]
    english, spanish = school.browser(dana), school.browser(elena)
    for statement in ("Jonah reads 95 words.", "Jonah reads 120 words."):
        school.call(add_goal, school.state.journal, goals, dana.id, behavior=statement)
        for browser, label, other in (
            (english, "Baseline", "Punto de partida"),
            (spanish, "Punto de partida", "Baseline"),
        ):
            text = browser.text(f"/m/{meeting}")
            assert statement in text
            assert label in text
            assert other not in text


def test_an_unknown_language_changes_nothing(school: School) -> None:
    browser = school.browser(school.person("Elena", locale="es"))
    assert browser.post("/language", {"locale": "tlh"}).status_code == 422
    assert '<html lang="es"' in browser.get("/").text


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("/m/m_1", "/m/m_1"),
        ("/m/m_1?x=1#y", "/m/m_1?x=1#y"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
        ("m", "/"),
    ],
)
def test_the_switch_leads_nowhere_else(url: str, path: str) -> None:
    assert own_path(url) == path


def test_both_languages_have_every_word_of_the_scripts() -> None:
    english, spanish = script_strings("en"), script_strings("es")
    assert english.keys() == spanish.keys()
    for key, text in english.items():
        assert set(_placeholders(text)) == set(_placeholders(spanish[key])), key


def _placeholders(text: str) -> list[str]:
    return [part.partition(")s")[0] for part in text.split("%(")[1:]]


def test_times_are_the_schools(school: School) -> None:
    dana = school.person("Dana", is_staff=True)
    school.meeting(dana)
    page = school.browser(dana).text("/")
    assert "Thursday, February 25, 2027" in page
    assert "2:30" in page  # 19:30 UTC


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../../etc/passwd", "/etc/localtime"])
def test_an_unknown_zone_is_utc_and_no_failure(name: str) -> None:
    assert time_zone(name).key == "UTC"
