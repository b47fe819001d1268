"""Papers to take away: who gets which, and that nothing goes out on paper that is not shown on a page."""

import io
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pdfua
from docx import Document
from sqlalchemy import func, select

from server.documents.template import filled_block
from server.storage.tables import Entry, now
from tests.support.school import School
from tests.web.test_changes_pages import Plan
from tests.web.test_sharing_pages import SECRET, Team


def words_of(data: bytes) -> str:
    word = Document(io.BytesIO(data))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in word.paragraphs), *cells])


def test_the_plan_as_far_as_its_reader_may_read_it(school: School) -> None:
    team = Team(school)
    address = f"{team.url}/papers/iep.docx"
    whole = words_of(team.browsers["case_manager"].get(address).content)
    assert whole.count(SECRET) == len({"goals", "services"})
    parent = team.browsers["parent"]
    early = words_of(parent.get(address).content)
    assert SECRET not in early
    assert "The school has not shared this section yet." in early
    team.share("goals")
    later = words_of(parent.get(address).content)
    assert later.count(SECRET) == 1
    assert "Preliminary, for discussion; nothing here is decided." in later
    for role in ("advocate", "interpreter", "observer"):
        assert team.browsers[role].get(address).status_code == 403


def test_each_paper_in_both_kinds(school: School) -> None:
    team = Team(school)
    team.share("goals")
    browser, goals = team.browsers["case_manager"], team.documents["goals"]
    (number,) = school.rows(select(func.max(Entry.number)).where(Entry.document_id == goals))
    for path in ("papers/iep.", "decisions/", f"sections/{goals}/compare/"):
        for kind, start in (("pdf", b"%PDF-"), ("docx", b"PK")):
            answer = browser.get(f"{team.url}/{path}{kind}?from={number}")
            assert answer.status_code == 200, path
            assert answer.content.startswith(start)
            assert answer.headers["cache-control"] == "no-store"
            assert "The student" not in answer.headers["content-disposition"]
    assert browser.get(f"{team.url}/papers/summary.pdf").status_code in (403, 409)  # not over yet
    school.phase(team.leader, team.id, "live", "closed")
    assert browser.get(f"{team.url}/papers/summary.pdf").content.startswith(b"%PDF-")
    page = browser.text(f"{team.url}/papers")
    assert "Summary of the meeting" in page


def test_what_each_signed_stands_on_the_plan(school: School) -> None:
    team = Team(school)
    school.phase(team.leader, team.id, "live", "closed")
    parent, sign = team.browsers["parent"], f"{team.url}/review/sign"
    told = {"kind": "consent", "answer": "in_part", "words": "Only reading.", "understood": "yes"}
    assert parent.post(sign, told, seen=f"{team.url}/review").status_code == 303
    parent.post(f"{team.url}/statements", {"text": "More minutes are needed."})
    said = words_of(parent.get(f"{team.url}/papers/iep.docx").content)
    assert "consents in part" in said
    assert "“Only reading.”" in said
    assert "More minutes are needed." in said


def test_the_closed_plan_bears_its_receipt_and_the_data_of_its_goals(school: School, tmp_path: Path) -> None:
    plan = Plan(school)
    plan.write("goals", plan.dana, filled_block("goal", {"area": "Reading", "baseline": "40", "criterion": "90"}))
    browser = plan.leader
    early = words_of(browser.get(f"{plan.url}/papers/iep.docx").content)
    assert "Receipt of the record" not in early
    assert "Progress on the goals" not in early
    school.phase(plan.dana, plan.id, "live", "closed")
    today = now().astimezone(ZoneInfo("America/New_York")).date()  # the school's
    form = {"goal": "Reading", "day": today.isoformat(), "value": "52", "unit": "words"}
    assert browser.post(f"{plan.url}/progress", form).status_code == 303
    data = browser.get(f"{plan.url}/papers/iep.docx").content
    chart, square = (shape._inline.docPr.get("descr") for shape in Document(io.BytesIO(data)).inline_shapes)
    assert chart.startswith("Progress on: Reading. 1 value was measured.")
    assert "square code" in square
    said = words_of(data)
    assert "52 words" in said
    newest = re.findall(r"/receipt/(\d+)", browser.get(f"{plan.url}/receipt").text)[0]
    assert browser.get(f"{plan.url}/receipt/{newest}").text.strip() in said
    assert "http://testserver/verify" in said
    (tmp_path / "plan.pdf").write_bytes(browser.get(f"{plan.url}/papers/iep.pdf").content)
    assert list(pdfua.validate(str(tmp_path / "plan.pdf")).findings) == []
