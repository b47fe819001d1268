"""The rules, as data: where each comes from, how heavy it weighs, and which sections it concerns."""

from collections.abc import Mapping
from dataclasses import dataclass

from server.domain.sections import SECTIONS

BLOCK, WARN = "block", "warn"

# What the law calls the IEP; the team's own notes are no part of it.
PLAN = tuple(section for section in SECTIONS if section != "notes")


@dataclass(frozen=True, slots=True)
class Rule:
    """`level`: block (only the LEA representative passes it, with a reason) or warn (a reason is asked of whoever
    finalizes). `warns` are codes of findings that only warn under a rule that blocks. `citation` is in 34 CFR 300.
    `leads_only`: its findings say something of somebody outside the meeting, so only those who lead it are told.
    """

    id: str
    citation: str
    level: str
    sections: tuple[str, ...]
    overridable: bool = True
    of_meeting: bool = False  # asks about the meeting; an amendment by agreement has none (.324(a)(4))
    warns: frozenset[str] = frozenset()
    leads_only: bool = False


_RULES = (
    Rule("C01", ".320(a), .324(a)(4)", BLOCK, SECTIONS, overridable=False),
    Rule("C02", ".321(a), (e)", BLOCK, PLAN, warns=frozenset({"member_not_needed"}), of_meeting=True),
    Rule("C03", ".322(c), (d)", BLOCK, PLAN, warns=frozenset({"parent_absent_tried"}), of_meeting=True),
    Rule("C04", ".322(b)", WARN, PLAN, of_meeting=True),
    Rule("C05", ".322(e)", BLOCK, PLAN, of_meeting=True),
    Rule("C06", ".320(a)(1)", BLOCK, ("present_levels",)),
    Rule("C07", ".324(a)(1)", BLOCK, ("parent_input",)),
    Rule("C08", ".324(a)(2)", BLOCK, ("special_factors",)),
    Rule("C09", ".320(a)(2)", BLOCK, ("goals",), warns=frozenset({"other_behavior", "no_number"})),
    Rule("C10", ".320(a)(2)(ii)", BLOCK, ("goals",)),
    Rule("C11", ".320(a)(3)", BLOCK, ("goals",), warns=frozenset({"other_behavior", "measure_vague"})),
    Rule("C12", ".320(a)(4), (7)", BLOCK, ("services",)),
    Rule("C13", ".320(a)(4)", WARN, ("services",)),
    Rule("C14", ".320(a)(5)", BLOCK, ("services", "placement")),
    Rule("C15", ".320(a)(6)", BLOCK, ("assessments",)),
    Rule("C16", ".320(b)", BLOCK, ("transition",)),
    Rule("C17", ".320(c)", BLOCK, ("transition",)),
    Rule("C18", ".106", WARN, ("extended_school_year",)),
    Rule("C19", ".116", WARN, ("placement",)),
    Rule("C20", ".320(a)(1), (2)", WARN, ("present_levels", "goals")),
    Rule("C21", ".322, .501(b)", WARN, SECTIONS),
    Rule("C22", ".320, .323", BLOCK, SECTIONS, overridable=False),
    Rule("C23", ".503(b)", WARN, PLAN),
    Rule("C24", ".303, .324(b), .503(a)", WARN, PLAN),
    Rule("C25", "", WARN, PLAN, of_meeting=True),
    Rule("C26", ".504", WARN, PLAN),
    Rule("C27", ".615", WARN, SECTIONS, leads_only=True),
)
RULES: Mapping[str, Rule] = {rule.id: rule for rule in _RULES}
