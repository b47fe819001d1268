"""All rules that concern a section, one after the other."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from server.domain.readiness import check_content, check_dates, check_goals, check_meeting, check_record, check_services
from server.domain.readiness.facts import Answer, Facts, Finding, Unchecked
from server.domain.readiness.rules import BLOCK, RULES, WARN, Rule
from server.domain.roles import LEADS

CHECKS: Mapping[str, Callable[[Facts], Iterator[Answer]]] = {
    **check_meeting.CHECKS,
    **check_content.CHECKS,
    **check_dates.CHECKS,
    **check_goals.CHECKS,
    **check_services.CHECKS,
    **check_record.CHECKS,
}


@dataclass(frozen=True, slots=True)
class Readiness:
    findings: tuple[Finding, ...]
    unchecked: tuple[Unchecked, ...]

    @property
    def blocking(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.level == BLOCK]

    @property
    def final_blocks(self) -> list[Finding]:
        """Those that nobody can override."""
        return [finding for finding in self.blocking if not RULES[finding.rule].overridable]

    def told_to(self, role: str) -> "Readiness":
        """The same without what is not for somebody of this role."""
        findings = tuple(one for one in self.findings if role in LEADS or not RULES[one.rule].leads_only)
        return replace(self, findings=findings)

    @property
    def fingerprint(self) -> str:
        """Another one as soon as the list of findings is another."""
        told = [(one.rule, one.code, one.place, sorted(one.about.items()), one.level) for one in self.findings]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def evaluate(facts: Facts) -> Readiness:
    """What the rules find in these facts, in the order of the rules."""
    answers = [answer for rule in RULES.values() if facts.section in rule.sections for answer in _ask(rule, facts)]
    return Readiness(
        tuple(answer for answer in answers if isinstance(answer, Finding)),
        tuple(dict.fromkeys(answer for answer in answers if isinstance(answer, Unchecked))),
    )


def _ask(rule: Rule, facts: Facts) -> Iterator[Answer]:
    if rule.of_meeting and facts.by_agreement:
        return
    level = facts.profile.levels.get(rule.id, rule.level)
    for answer in CHECKS[rule.id](facts):
        if isinstance(answer, Finding):
            yield replace(answer, level=WARN if answer.code in rule.warns else level)
        else:
            yield answer
