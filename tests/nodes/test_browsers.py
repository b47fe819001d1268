"""Two browsers at two nodes."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.support import axe
from tests.support.browser import People
from tests.support.nodes import Nodes
from tests.support.workspace import block, editor, enter, expect_sign, person, write


def test_two_people_at_two_nodes_see_each_other_write_with_redis_and_without(
    own_nodes: Callable[..., Nodes], people: People
) -> None:
    nodes = own_nodes()
    here, there = nodes.servers
    meeting = here.demo(brief=True)["meetings"][0]
    first, second = person(meeting, "team_staff"), person(meeting, "team_staff", 1)
    second = {**second, "sign_in_url": second["sign_in_url"].replace(here.url, there.url)}
    second["url"] = second.get("url", meeting["url"]).replace(here.url, there.url)
    ann, ben = enter(people, first), enter(people, second)
    write(ann, "notes", " From one node.")
    expect(block(ben, "notes")).to_contain_text("From one node.")
    caret = editor(ben, "notes").locator(".peer-caret")
    expect(caret).to_have_attribute("data-name", first["name"])

    nodes.redis.stop()
    for page in (ann, ben):
        expect(page.locator("connection-banner [data-notice=slow]")).to_be_visible(timeout=20_000)
    expect(ann.locator("connection-banner")).to_contain_text("may show up a few seconds late")
    assert axe.violations(ann, within="connection-banner") == []
    write(ann, "notes", " Without a bus.")
    expect_sign(ann, "saved")
    expect(block(ben, "notes")).to_contain_text("Without a bus.", timeout=20_000)

    nodes.redis.start()
    for page in (ann, ben):
        expect(page.locator("connection-banner [data-notice=slow]")).to_have_count(0, timeout=20_000)
    write(ben, "notes", " And back.")
    expect(block(ann, "notes")).to_contain_text("And back.")
