"""What keeps style sheets from working against each other."""

import re
from collections import defaultdict

from tests.support.server import ROOT

LAYOUT = re.compile(r"(?:^|;|\s)(display|height|width)\s*:")


def rules(text: str) -> list[tuple[str, str]]:
    """Selectors and declarations of the rules outside of @media and the like."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"@[^{}]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", text)
    return re.findall(r"([^{}]+)\{([^{}]*)\}", text)


def test_a_class_is_laid_out_by_one_sheet() -> None:
    """A name that two sheets chose for two things makes one of them unreadable where both are on the page."""
    sheets = defaultdict(set)
    for path in sorted((ROOT / "web" / "styles").glob("*.css")):
        if path.name == "print.css":
            continue
        for selectors, declarations in rules(path.read_text(encoding="utf-8")):
            for selector in selectors.split(","):
                if re.fullmatch(r"\.[a-z][\w-]*", selector.strip()) and LAYOUT.search(declarations):
                    sheets[selector.strip()].add(path.name)
    assert {name: where for name, where in sheets.items() if len(where) > 1} == {}
