"""What the final plan asks of each of the school's people: who opens the page, what it says, and who has read it."""

from server.documents.template import filled_block
from server.documents.tree import content_update
from server.domain.roles import CASE_MANAGER, LEA_REPRESENTATIVE, ROLES, STAFF
from server.meeting import finalize_section, read_back_section
from tests.support.desk import Writer
from tests.support.school import School


def test_the_schools_people_alone_open_it_and_the_case_manager_sees_who_has_read(school: School) -> None:
    people = {role: school.person(f"The {role}", is_staff=role in STAFF) for role in ROLES}
    leader = people[CASE_MANAGER]
    meeting = school.meeting(leader)
    for role in ROLES[1:]:
        school.seat(leader, meeting, people[role], role)
    url = f"/m/{meeting}/duties"
    browsers = {role: school.browser(person) for role, person in people.items()}
    for role, browser in browsers.items():
        assert browser.get(url).status_code == (200 if role in STAFF else 404), role
    teacher, dana = browsers["team_staff"], browsers[CASE_MANAGER]
    assert "When the plan is final" in teacher.text(url)
    school.phase(leader, meeting, "live")
    services = school.documents(meeting)["services"]

    async def seal() -> None:
        journal, lead = school.state.journal, school_lead
        row = filled_block("service", {"service": "Reading", "provider": "The team_staff", "minutes": "30"})
        Writer(journal, services, leader.id).give(content_update([row]))
        await journal.settle()
        await read_back_section(journal, lead, services)
        await finalize_section(journal, lead, services, override="The team has looked at every point.")

    school_lead = school.actor(people[LEA_REPRESENTATIVE], meeting)
    school.call(seal)
    school.phase(leader, meeting, "closed")
    page = teacher.text(url)
    assert "Names you Services Reading" in page
    assert "Who has read theirs" not in page
    assert "Nothing in the final plan names you." in browsers[LEA_REPRESENTATIVE].text(url)
    assert dana.text(url).count("Not read yet") == 3
    assert teacher.post(url, {"seen": "0" * 16}).status_code == 409
    seen = teacher.get(url).text.partition('name="seen" value="')[2][:16]
    assert teacher.post(url, {"seen": seen}).headers["location"].endswith("/duties?done=read")
    assert "You read this on" in teacher.text(url)
    page = dana.text(url)
    assert page.count("Not read yet") == 2
    assert "Read on" in page
    assert "What this plan asks of me" in teacher.text(f"/m/{meeting}/review")
    assert "/duties" not in browsers["parent"].get(f"/m/{meeting}/review").text
