"""Exit codes, and words for whoever mistyped."""

import json

import pytest

from tests.cli.conftest import Run


@pytest.mark.parametrize(
    "command", [[], ["serve"], ["demo"], ["verify"], ["admin"], ["admin", "add"], ["admin", "link"]]
)
def test_each_command_explains_itself(inside: Run, command: list[str]) -> None:
    done = inside(*command, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith(f"usage: {' '.join(['roundtable', *command])}")
    assert done.stderr == ""


@pytest.mark.parametrize(
    "arguments",
    [[], ["fly"], ["serve", "--fast"], ["admin"], ["admin", "add"], ["admin", "link"], ["verify", "--meeting"]],
)
def test_bad_use_is_code_two_and_says_how_it_goes(inside: Run, arguments: list[str]) -> None:
    done = inside(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("usage: roundtable")
    assert "error: " in done.stderr


@pytest.mark.parametrize("number", ["0", "-1", "1000000000", "1.5", "many", ""])
@pytest.mark.parametrize(
    "arguments", [["demo", "--meetings"], ["demo", "--meetings", "1", "--people"], ["serve", "--port"]]
)
def test_a_number_out_of_bounds_is_told_its_bounds(inside: Run, arguments: list[str], number: str) -> None:
    done = inside(*arguments, number)
    assert done.returncode == 2
    assert f"argument {arguments[-1]}: {number!r} is no whole number from 1 to " in done.stderr
    assert "Traceback" not in done.stderr


def test_somebody_is_added_and_gets_a_new_link(roundtable: Run) -> None:
    add = ["admin", "add", "Ann Administrator", "--email", "Ann@Example.org", "--administrator"]
    added = roundtable(*add, "--json", "--base-url", "https://iep.example.org")
    assert added.returncode == 0, added.stderr
    made = json.loads(added.stdout)
    assert made["sign_in_url"].startswith("https://iep.example.org/invite/")
    link = roundtable("admin", "link", "ann@example.org")
    assert link.returncode == 0
    assert link.stdout.startswith("http://localhost:8000/invite/")
    again = roundtable("admin", "link", "ann@example.org", "--json", base_url="https://r.example.org/")
    assert json.loads(again.stdout)["person"] == made["person"]
    assert json.loads(again.stdout)["sign_in_url"].startswith("https://r.example.org/invite/")
    assert roundtable(*add).returncode == 2  # the address is taken
    assert "email cannot be used: conflict" in roundtable(*add).stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["admin", "link", "nobody@example.org"], 1, "nobody has the address nobody@example.org"),
        (["admin", "add", " "], 2, "name cannot be used"),
        (["admin", "add", "Ann", "--email", "no address"], 2, "email cannot be used"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(roundtable: Run, arguments: list[str], code: int, words: str) -> None:
    done = roundtable(*arguments)
    assert done.returncode == code
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
