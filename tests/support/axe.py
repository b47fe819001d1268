"""axe-core on a page: what a machine can see of WCAG 2.2 AA."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SOURCE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def stay(page: Page) -> None:
    """Have axe in every document that this page opens from now on, which costs less than to bring it each time."""
    page.add_init_script(path=SOURCE)


def violations(page: Page, within: str = "") -> list[str]:
    """One line for each rule the page breaks, with the elements that break it. Empty: none found.

    `within`: a selector of what the test has brought about, where the rest is a page that others look at whole
    (tests/web/test_accessible.py): axe takes more than a second for the draft. There must be such an element.

    What is found is looked for once more: a page that changes while axe reads it breaks rules by that alone.
    """
    # By evaluate, not by a script tag, which the page's own policy would rightly refuse.
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(SOURCE.read_text(encoding="utf-8") + "; undefined")
    found = _look(page, within)
    if found:
        again = _look(page, within)
        found = [one for one in found if one in again]
    return found


def _look(page: Page, within: str) -> list[str]:
    found: list[dict[str, Any]] = page.evaluate(
        """async ([within, tags]) => {
          const options = { runOnly: tags, resultTypes: ["violations"] };
          return (await axe.run(within || document, options)).violations;
        }""",
        [within, TAGS],
    )
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}: " + ", ".join(str(node["target"]) for node in rule["nodes"])
        for rule in found
    ]
