"""A page's script passes on every topic that the server tells of: one that it does not know refreshes nothing."""

import re

from server.journal.kinds import TOPICS
from server.web.fragments import FRAGMENTS
from tests.support.server import ROOT


def test_the_script_knows_every_topic() -> None:
    source = (ROOT / "web" / "sync" / "topics.ts").read_text(encoding="utf-8")
    (listed,) = re.findall(r"new Set\(\[(.*?)\]\)", source, flags=re.DOTALL)
    known = set(re.findall(r'"(\w+)"', listed))
    told = {topic for topics in TOPICS.values() for topic in topics}
    assert told - known == set()
    assert {topic for fragment in FRAGMENTS.values() for topic in fragment.topics} - known == set()
