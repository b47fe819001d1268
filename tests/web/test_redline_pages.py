"""The redline of any two moments, of a section or the whole plan, and of two plans of one student."""

import re
from io import BytesIO

from docx import Document as WordFile
from sqlalchemy import func, select, update

from server.documents.template import filled_block
from server.storage.tables import Entry, Meeting, Participant, now
from tests.support.school import School, words
from tests.web.test_changes_pages import Plan, main_of


def head(plan: Plan) -> int:
    (number,) = plan.school.rows(select(func.max(Entry.number)).where(Entry.meeting_id == plan.id))
    return int(number)


def test_the_whole_plan_between_two_moments_says_word_by_word_what_changed_and_who_wrote_it(school: School) -> None:
    plan = Plan(school)
    start = plan.minutes(plan.dana, "30")
    plan.minutes(plan.omar, "45")
    plan.say("goals", plan.omar, "Ana reads 52 words.")
    end = head(plan)
    plan.minutes(plan.dana, "60")
    url = f"{plan.url}/redline?section=&from={start}&to={end}"
    html = plan.leader.get(url).text
    page = main_of(html)
    assert "Minutes [removed by Omar Haddad: 30 ] OH [added by Omar Haddad: 45 ] OH" in page
    assert "[added by Omar Haddad: Ana reads 52 words. ] OH" in page
    assert "60" not in page
    assert 'id="part-goals"' in html
    assert 'id="part-present_levels"' not in html
    assert plan.leader.get(f"{plan.url}/redline?section=&from={end}&to={start}").text.count("<ins") == html.count(
        "<ins"
    )
    one = main_of(plan.leader.get(f"{plan.url}/redline?section=services&from={start}&to={end}").text)
    assert "Ana reads" not in one
    pdf = plan.leader.get(f"{plan.url}/redline/pdf?section=&from={start}&to={end}")
    assert pdf.content.startswith(b"%PDF")
    file = WordFile(BytesIO(plan.leader.get(f"{plan.url}/redline/docx?section=&from={start}&to={end}").content))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    assert "[removed by Omar Haddad: 30][added by Omar Haddad: 45]" in cells


def test_the_picker_names_the_steps_of_the_meeting_and_its_answer_has_a_lasting_address(school: School) -> None:
    plan = Plan(school)
    plan.minutes(plan.dana, "30")
    plan.share("services")
    school.phase(plan.dana, plan.id, "live")
    plan.minutes(plan.omar, "45")
    html = plan.leader.get(f"{plan.url}/redline").text
    named = dict(re.findall(r'<option value="(\d+)"[^>]*>([^<]+)</option>', html.partition('name="from"')[2]))
    said = " ".join(named.values())
    for wanted in ("Now", "The meeting has started.", "shared a part of the draft", "The first draft"):
        assert wanted in said
    answer = plan.leader.get(f"{plan.url}/redline?section=services&from={plan.shared_number('services')}")
    assert answer.status_code == 303
    assert answer.headers["location"].endswith(f"&to={school.load_meeting(plan.id).head_number}")
    for link in (f"{plan.url}/history", f"{plan.url}/changes"):
        assert f'href="{plan.url}/redline' in plan.leader.get(link).text
    for wrong in (
        "section=gaols&from=1",
        "section=gaols&from=1&to=2",
        "section=&from=1&to=99999999",
        "section=&from=0&to=2",
    ):
        assert plan.leader.get(f"{plan.url}/redline?{wrong}").status_code == 404


def test_the_family_compares_from_the_day_of_sharing_on(school: School) -> None:
    plan = Plan(school)
    early = plan.minutes(plan.dana, "137")  # no time of day has that in it
    plan.minutes(plan.dana, "30")
    plan.say("goals", plan.omar, "Nothing for the family yet.")
    plan.share("services")
    plan.minutes(plan.dana, "45")
    page = main_of(plan.parent.get(f"{plan.url}/redline?section=&from={early}&to={head(plan)}").text)
    assert "[removed by Dana Whitfield: 30 ] DW" in page
    assert "137" not in page.partition("Compared from")[2]
    assert "Nothing for the family yet" not in page
    assert plan.parent.get(f"{plan.url}/redline?section=goals&from={early}&to={head(plan)}").status_code == 403


def test_last_years_plan_against_this_years_for_who_was_in_both(school: School) -> None:
    old, new = Plan(school), Plan(school)
    student = school.load_meeting(old.id).student_id
    new.run(update(Meeting).where(Meeting.id == new.id).values(student_id=student))
    new.run(
        update(Participant)
        .where(Participant.meeting_id == new.id, Participant.person_id == new.dana.id)
        .values(person_id=old.dana.id)
    )
    old.minutes(old.dana, "30")
    new.edit("services", old.dana, lambda root: None)
    new.leader = old.leader
    new.dana = old.dana
    new.minutes(old.dana, "45")
    old.run(update(Meeting).where(Meeting.id == old.id).values(phase="closed", closed_at=now()))
    asked = old.leader.get(f"{new.url}/redline?section=&with={old.id}")
    assert asked.status_code == 303
    html = old.leader.get(asked.headers["location"]).text
    page = main_of(html)
    assert "This plan and an earlier one" in page
    assert "Minutes [removed: 30 ] [added by Dana Whitfield: 45 ] DW" in page
    assert old.leader.get(asked.headers["location"].replace("/redline?", "/redline/pdf?")).content.startswith(b"%PDF")
    assert new.parent.get(f"{new.url}/redline?section=&with={old.id}").status_code == 404
    assert "The other plan" not in words(new.parent.get(f"{new.url}/redline").text)


def test_a_goal_that_came_is_credited_as_a_whole(school: School) -> None:
    plan = Plan(school)
    start = plan.say("goals", plan.dana, "Two goals.")
    plan.write("goals", plan.omar, filled_block("goal", {"area": "Reading", "baseline": "40"}))
    page = main_of(plan.leader.get(f"{plan.url}/redline?section=goals&from={start}&to={head(plan)}").text)
    assert "[added by Omar Haddad: Reading ] OH" in page
    assert "[removed by Omar Haddad: Two goals. ] OH" in page
