"""The secret key is changed while people work: nobody signs in anew, no form is refused, no socket is turned away."""

import itertools
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from server.bus.envelope import Envelope
from server.documents.schema import SCHEMA_VERSION
from server.settings import Settings
from server.sync.tickets import issue, read
from tests.support.school import School

OLD, NEW = "old-" * 10, "new-" * 10
ABOUT: dict[str, Any] = {"session_id": "s", "person_id": "p", "meeting_id": "m", "schema_version": SCHEMA_VERSION}


def keys(signing: str, accepted: str = "") -> list[str]:
    return Settings(secret_key=signing, accepted_secret_keys=accepted).secret_keys


def test_a_ticket_of_each_accepted_key_is_good_and_no_other() -> None:
    older, newer = issue(OLD, **ABOUT), issue(NEW, **ABOUT)
    # Step one: all nodes accept the new key. Step two: they sign with it. Step three: the old one is dropped.
    steps = [keys(OLD), keys(OLD, NEW), keys(NEW, OLD), keys(NEW)]
    found = [(read(step, older) is not None, read(step, newer) is not None) for step in steps]
    assert found == [(True, False), (True, True), (True, True), (False, True)]
    # In each step what a node signs is what its neighbours of the step before and after take.
    for here, there in itertools.pairwise(steps):
        assert read(there, issue(here[-1], **ABOUT)) is not None
        assert read(here, issue(there[-1], **ABOUT)) is not None


def test_an_open_form_outlives_the_change(data_dir: Path) -> None:
    with School(data_dir, {"secret_key": OLD}) as school:
        person = school.person("Elena")
        elena = school.browser(person)
        elena.get("/account")
        assert elena.post("/language", {"locale": "es"}).status_code == 303
        cookies, token = dict(elena.client.cookies), elena.token
    for settings, answer in (
        ({"secret_key": NEW, "accepted_secret_keys": OLD}, 303),
        ({"secret_key": NEW}, 403),
    ):
        with School(data_dir, settings) as school:
            school.client.cookies.update(cookies)
            again = school.client.post("/language", data={"locale": "es", "csrf": token})
            assert again.status_code == answer
            assert school.client.get("/account").status_code == 200  # the session stands on its own


@pytest.mark.parametrize("given", ["short", f"{OLD},short"])
def test_a_key_that_is_too_short(given: str) -> None:
    with pytest.raises(ValidationError, match="at least 32"):
        Settings(accepted_secret_keys=given)


def test_nodes_hear_each_other_in_each_step() -> None:
    steps = [keys(OLD), keys(OLD, NEW), keys(NEW, OLD), keys(NEW)]
    node = "0123456789abcdef"
    for here, there in itertools.pairwise(steps):
        for one, other in ((here, there), (there, here)):
            sealed = Envelope(one, node).seal(b"channel", b"text")
            assert Envelope(other, node).open(b"channel", sealed) == (node, b"text")
    assert Envelope(steps[-1], node).open(b"channel", Envelope(steps[0], node).seal(b"channel", b"text")) is None
