"""What the rules find, each both ways; and in the sample's draft, which has some weak points on purpose."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.documents.fields import typed_blocks
from server.documents.labels import FIELD_LABELS
from server.documents.numbers import whole_dates
from server.documents.template import template_nodes
from server.documents.tree import Node
from server.domain.decisions import AGREED, DEFERRED
from server.domain.file_dates import FileDates, school_year_of, years_after
from server.domain.readiness import (
    BLOCK,
    PROFILES,
    RULES,
    WARN,
    Block,
    Contradiction,
    DecisionFacts,
    Facts,
    NoticeFacts,
    Part,
    Seat,
    SectionText,
    ThreadFacts,
    evaluate,
)
from server.domain.readiness.check_content import FACTORS, TRANSITION
from server.domain.readiness.evaluate import CHECKS
from server.domain.readiness.prompts import HEADINGS, HINTS, is_blank
from server.domain.readiness.quantities import shares, times_a_week, weekly_minutes
from server.domain.seats import GIVEN
from server.domain.sections import SECTIONS
from server.domain.wording import changed_words
from server.meeting.section_texts import parts_of
from server.sample import iep
from server.web.i18n import LOCALES, language

TABLE = (
    Seat("parent", "es", came=True, is_here=True),
    Seat("interpreter", "en", came=True, is_here=True),
    Seat("lea_representative", "en", came=True, is_here=True, fills=frozenset(GIVEN)),
)


def section(name: str, nodes: list[Node]) -> SectionText:
    tree = Node("doc", {}, tuple(nodes))
    blocks = tuple(
        Block(block.kind, block.ordinal, block.fields, whole_dates(block.fields)) for block in typed_blocks(tree)
    )
    return SectionText(name, f"d_{name}", tuple(parts_of(tree)), blocks)


SAMPLE = {name: section(name, nodes) for name, nodes in iep.sections().items()}


def facts(name: str, **about: Any) -> Facts:
    """The sample's section in a meeting where everybody is, unless told otherwise."""
    known: dict[str, Any] = {
        "text": SAMPLE[name],
        "others": SAMPLE,
        "held_on": date(2027, 2, 25),
        "student_name": "Jonah Vasquez-Lind",
        "birth_date": date(2016, 6, 3),
        "seats": TABLE,
        "notice": NoticeFacts(),
    }
    return Facts(**{**known, **about})


def found(about: Facts, rule: str | None = None) -> list[tuple[str, str, str]]:
    """Rule, code and level of each finding."""
    return [(one.rule, one.code, one.level) for one in evaluate(about).findings if rule is None or one.rule == rule]


def codes(about: Facts, rule: str) -> list[str]:
    return [code for _, code, _ in found(about, rule)]


def with_answers(name: str, **answers: str | None) -> SectionText:
    """A section of the template's headings, each answered "Yes." or as told; None: the heading is gone."""
    parts = []
    for ordinal, key in enumerate(answers, 1):
        if (said := answers[key]) is not None:
            parts.append(Part(HEADINGS[key][0], ordinal, (said,)))
    return SectionText(name, f"d_{name}", tuple(parts))


def goal(**fields: str) -> Block:
    """Goal 1 of the sample, with other words in some fields."""
    return Block("goal", 1, {**SAMPLE["goals"].blocks[0].fields, **fields})


def with_goals(*goals: Block) -> Facts:
    """Goals alone: no other section is known."""
    return facts("goals", text=replace(SAMPLE["goals"], blocks=goals), others={})


def service(ordinal: int = 1, **fields: str) -> Block:
    return Block("service", ordinal, {**SAMPLE["services"].blocks[0].fields, **fields})


def with_services(*rows: Block, name: str = "services", **about: Any) -> Facts:
    grid = replace(SAMPLE["services"], blocks=rows)
    text = grid if name == "services" else SAMPLE[name]
    return facts(name, **{"text": text, "others": {**SAMPLE, "services": grid}, **about})


# The sample


def test_the_rules_find_the_weak_points_of_the_sample_and_no_others() -> None:
    assert {name: [(one[0], one[1], one[2]) for one in found(facts(name))] for name in SECTIONS} == {
        "parent_input": [],
        "present_levels": [],
        "special_factors": [("C08", "no_answer", BLOCK)],
        "goals": [
            ("C09", "fields_missing", BLOCK),
            ("C09", "other_behavior", WARN),
            ("C11", "measure_vague", WARN),
        ],
        "services": [],
        "accommodations": [],
        "assessments": [],
        "placement": [
            ("C14", "outside_unexplained", BLOCK),
            ("C19", "no_answer", WARN),
            ("C19", "no_answer", WARN),
        ],
        "extended_school_year": [("C18", "no_answer", WARN)],
        "transition": [],
        "notes": [],
    }
    assert {(one.place.kind, one.place.ordinal) for one in evaluate(facts("goals")).findings} == {("goal", 4)}


def test_a_draft_that_nobody_has_written_is_found_wanting() -> None:
    for code in LOCALES:
        blank = {name: section(name, template_nodes(name, language(code).gettext)) for name in SECTIONS}
        expected = {
            "parent_input": ["C07"],
            "present_levels": ["C06"] * 3,
            "special_factors": ["C08"] * 5,
            "goals": ["C09"],
            "services": ["C12", "C13"],
            "accommodations": [],
            "assessments": ["C15"] * 2,
            "placement": ["C19"] * 3,
            "extended_school_year": ["C18"] * 2,
            "transition": [],
            "notes": [],
        }
        for name, rules in expected.items():
            assert [rule for rule, *_ in found(facts(name, text=blank[name], others=blank))] == rules, (code, name)


# The table of rules


def test_every_rule_is_there_and_asked() -> None:
    assert list(RULES) == [f"C{number:02}" for number in range(1, 28)]
    assert CHECKS.keys() == RULES.keys()
    assert [rule.id for rule in RULES.values() if not rule.overridable] == ["C01", "C22"]
    assert {rule.level for rule in RULES.values()} == {BLOCK, WARN}
    assert all(set(rule.sections) <= set(SECTIONS) for rule in RULES.values())


@pytest.mark.parametrize(
    ("notice", "expected"),
    [
        (NoticeFacts(), []),
        (None, ["no_notice"]),
        (NoticeFacts(to_parents=False), ["no_notice"]),
        (NoticeFacts(cancelled=True), ["no_notice"]),
        (NoticeFacts(lacks=("place",)), ["meeting_notice_lacks"]),
        (NoticeFacts(lacks=("place", "student"), outdated=True), ["meeting_notice_lacks", "notice_outdated"]),
    ],
)
def test_the_notice_had_what_300_322_b_asks_for(notice: NoticeFacts | None, expected: list[str]) -> None:
    assert codes(facts("goals", notice=notice), "C04") == expected
    assert {level for *_, level in found(facts("goals", notice=notice), "C04")} <= {WARN}


def test_what_is_not_known_is_said_and_never_passed_in_silence() -> None:
    for name in set(SECTIONS) - {"notes"}:
        assert {"C24", "C26"} <= {one.rule for one in evaluate(facts(name)).unchecked}
    before = evaluate(facts("goals", phase="prework"))
    assert {one.rule for one in before.unchecked if one.code == "before_the_meeting"} == {"C02", "C03", "C05"}
    unknown = evaluate(facts("transition", birth_date=None))
    assert {one.rule for one in unknown.unchecked if one.code == "birth_date_unknown"} == {"C16", "C17"}
    alone = evaluate(facts("goals", others={}))
    assert {one.rule for one in alone.unchecked if one.code == "section_unknown"} == {"C10", "C20"}


def test_a_profile_changes_levels_and_inherits_the_rest() -> None:
    assert PROFILES["ex"].answer_days == 15
    assert PROFILES["ex"].week_minutes == PROFILES["federal"].week_minutes == 1800
    strict = replace(PROFILES["federal"], levels={"C18": BLOCK})
    assert found(facts("extended_school_year", profile=strict)) == [("C18", "no_answer", BLOCK)]


def test_the_prompts_are_those_of_the_template_and_of_the_editor() -> None:
    spanish = language("es").gettext
    for english, translated in [*HEADINGS.values(), *HINTS.values()]:
        assert spanish(english) == translated
    assert HINTS.keys() == {field for fields in FIELD_LABELS.values() for field in fields}


def test_another_list_of_points_has_another_fingerprint() -> None:
    assert evaluate(facts("goals")).fingerprint == evaluate(facts("goals")).fingerprint
    assert evaluate(facts("goals")).fingerprint != evaluate(with_goals(goal())).fingerprint


# C01 to C05


@pytest.mark.parametrize("phase", ["prework", "closed"])
def test_c01_only_in_a_meeting(phase: str) -> None:
    readiness = evaluate(facts("notes", phase=phase))
    assert [one.rule for one in readiness.final_blocks] == ["C01"]
    assert evaluate(facts("notes")).findings == ()


def without(*rest: Seat) -> tuple[Seat, ...]:
    return (*TABLE[:2], *rest)


@pytest.mark.parametrize(
    ("seats", "expected"),
    [
        (TABLE, []),
        (without(), ["member_not_named"] * 4),
        (without(replace(TABLE[2], is_here=False)), ["member_left"] * 4),
        (without(replace(TABLE[2], is_here=False, came=False)), ["member_absent"] * 4),
        (without(replace(TABLE[2], is_here=False), replace(TABLE[2], role="team_staff")), []),
    ],
)
def test_c02_required_members(seats: tuple[Seat, ...], expected: list[str]) -> None:
    assert codes(facts("goals", seats=seats), "C02") == expected
    assert codes(facts("notes", seats=seats), "C02") == []


def test_c03_a_parent_is_here() -> None:
    gone = replace(TABLE[0], is_here=False)
    assert codes(facts("goals"), "C03") == []
    assert codes(facts("goals", seats=(gone, *TABLE[1:])), "C03") == ["parent_left"]
    assert codes(facts("goals", seats=(gone, replace(gone, is_here=True), *TABLE[1:])), "C03") == []
    assert codes(facts("goals", seats=TABLE[1:]), "C03") == ["parent_absent"]


def test_c05_an_interpreter_when_a_parent_reads_another_language() -> None:
    english = replace(TABLE[0], locale="en")
    assert codes(facts("goals", seats=(TABLE[0], TABLE[2])), "C05") == ["no_interpreter"]
    assert codes(facts("goals", seats=(english, TABLE[2])), "C05") == []


# C06 to C08, C10, C15 to C19: answers


@pytest.mark.parametrize(
    ("rule", "name", "keys"),
    [
        ("C06", "present_levels", ("academic", "functional", "impact")),
        ("C08", "special_factors", FACTORS),
        ("C15", "assessments", ("tests", "alternate")),
        ("C18", "extended_school_year", ("esy", "esy_basis")),
    ],
)
def test_each_prompt_has_an_answer(rule: str, name: str, keys: tuple[str, ...]) -> None:
    answered: dict[str, str | None] = dict.fromkeys(keys, "Not needed.")
    assert codes(facts(name, text=with_answers(name, **answered)), rule) == []
    for key in keys:
        for blank in ("", "  ", "To be discussed.", "TBD", "Por definir.", "–"):
            text = with_answers(name, **{**answered, key: blank})
            assert codes(facts(name, text=text), rule) == ["no_answer"], (key, blank)
        assert codes(facts(name, text=with_answers(name, **{**answered, key: None})), rule) == ["heading_gone"]


def test_c07_the_familys_words_or_that_they_were_asked() -> None:
    blank = with_answers("parent_input", concerns="")
    assert codes(facts("parent_input", text=blank), "C07") == ["no_concerns"]
    asked = with_answers("parent_input", concerns="Asked on February 9, none given.")
    assert codes(facts("parent_input", text=asked), "C07") == []


@pytest.mark.parametrize(
    ("said", "expected"),
    [("Not proposed.", []), ("No.", []), ("", []), ("Jonah takes the alternate assessment.", ["no_objectives"])],
)
def test_c10_objectives_with_an_alternate_assessment(said: str, expected: list[str]) -> None:
    tests = with_answers("assessments", tests="All.", alternate=said)
    others = {**SAMPLE, "assessments": tests}
    assert codes(facts("goals", others=others), "C10") == expected
    objective = replace(SAMPLE["goals"], parts=(Part("", 0, ("Objective 1: reads 90 words.",)),))
    assert codes(facts("goals", others=others, text=objective), "C10") == []


@pytest.mark.parametrize(
    ("born", "transition", "rights"),
    [
        (date(2012, 2, 26), [], []),  # still 15 on February 25, 2028
        (date(2012, 2, 25), ["heading_gone"] * 3, []),  # 16 on the last day
        (date(2011, 2, 26), ["heading_gone"] * 3, []),
        (date(2011, 2, 25), ["heading_gone"] * 3, ["heading_gone"]),
        (date(2008, 1, 1), ["heading_gone"] * 3, ["heading_gone"]),
    ],
)
def test_c16_c17_by_the_age_at_the_end_of_the_plan(born: date, transition: list[str], rights: list[str]) -> None:
    about = facts("transition", birth_date=born)
    assert codes(about, "C16") == transition
    assert codes(about, "C17") == rights
    written = with_answers("transition", **dict.fromkeys((*TRANSITION, "majority"), "Told on May 3."))
    assert found(replace(about, text=written)) == []


def test_c19_options_harmful_effects_and_reasons() -> None:
    full = with_answers("placement", options="", harmful="Fatigue.", outside="He needs it.", placement="B.")
    two = replace(full, parts=(Part(HEADINGS["options"][0], 1, ("To look at:", "A", "B")), *full.parts[1:]))
    one = replace(two, parts=(Part(HEADINGS["options"][0], 1, ("To look at:", "A")), *full.parts[1:]))
    assert codes(facts("placement", text=two), "C19") == []
    assert codes(facts("placement", text=one), "C19") == ["one_option"]
    assert codes(facts("placement", text=full), "C19") == ["one_option"]


# C09, C11, C20: goals


@pytest.mark.parametrize("field", ["condition", "behavior", "criterion", "date", "baseline", "measure", "reporting"])
def test_c09_c11_every_field_of_a_goal(field: str) -> None:
    rule = "C11" if field in {"measure", "reporting"} else "C09"
    assert found(with_goals(goal())) == []
    for blank in ("", "To be discussed.", HINTS[field][0], HINTS[field][1]):
        findings = evaluate(with_goals(goal(**{field: blank}))).findings
        missing = [one for one in findings if one.code == "fields_missing"]
        assert [(one.rule, one.about["fields"], one.place.field) for one in missing] == [(rule, (field,), field)]


def test_c09_no_goal() -> None:
    nothing = goal(**dict.fromkeys(SAMPLE["goals"].blocks[0].fields, ""))
    assert found(with_goals(nothing)) == found(with_goals()) == [("C09", "no_goal", BLOCK)]


def test_c09_a_criterion_has_a_number() -> None:
    vague = with_goals(goal(criterion="will improve the words correct per minute", baseline="few words correct"))
    assert found(vague, "C09") == [("C09", "no_number", WARN)] * 2


@pytest.mark.parametrize(
    ("behavior", "criterion", "baseline", "flagged"),
    [
        ("Jonah will stay on task", "80% of independent work time", "Starts within 2 minutes in 38% of chances", True),
        ("Jonah will start independent work", "80% of chances", "Starts within 2 minutes in 38% of chances", False),
        ("Jonah will read aloud", "118 words correct per minute", "82 words a minute with 93% accuracy", False),
        ("Jonah escribirá un párrafo", "12 de 16 puntos", "Mediana de 6 de 16 puntos", False),
        ("Jonah will ask for help", "4 of 5 times", "Sits quietly for 3 of 10 minutes", True),
    ],
)
def test_c09_a_baseline_of_another_behavior(behavior: str, criterion: str, baseline: str, flagged: bool) -> None:
    one = goal(area="", condition="In class", behavior=behavior, criterion=criterion, baseline=baseline)
    assert ("other_behavior" in codes(with_goals(one), "C09")) is flagged


def test_c11_a_measure_of_another_behavior_or_of_nothing() -> None:
    assert codes(with_goals(goal(measure="Behavior points at the nurse, 2 a day")), "C11") == ["other_behavior"]
    assert codes(with_goals(goal(measure="Teacher observation")), "C11") == ["measure_vague"]
    assert codes(with_goals(goal(measure="Reading probe each week")), "C11") == []


def test_c20_each_need_is_answered() -> None:
    levels = with_answers("present_levels", academic="A", functional="B", impact="C", needs="Swimming lessons")
    about = facts("goals", others={**SAMPLE, "present_levels": levels})
    assert found(about, "C20") == [("C20", "need_unanswered", WARN)]
    swims = Block("service", 6, {**SAMPLE["services"].blocks[0].fields, "service": "Swimming"})
    grid = replace(SAMPLE["services"], blocks=(*SAMPLE["services"].blocks, swims))
    assert codes(replace(about, others={**about.others, "services": grid}), "C20") == []


@given(st.sampled_from(range(4)), st.dictionaries(st.sampled_from(sorted(HINTS)), st.text(max_size=30)))
def test_no_words_of_a_goal_upset_the_rules(which: int, changed: dict[str, str]) -> None:
    fields = {**SAMPLE["goals"].blocks[which].fields}
    fields |= {name: value for name, value in changed.items() if name in fields}
    readiness = evaluate(with_goals(Block("goal", 1, fields)))
    missing = {name for one in readiness.findings if one.code == "fields_missing" for name in one.about["fields"]}
    empty = {name for name in fields if is_blank(fields[name])} - {"area"}
    assert empty <= missing or all(map(is_blank, fields.values()))


# C12 to C14: services


@pytest.mark.parametrize("field", ["frequency", "minutes", "location", "start", "end"])
@pytest.mark.parametrize("blank", ["", "TBD", "as needed"])
def test_c12_a_row_is_definite(field: str, blank: str) -> None:
    findings = evaluate(with_services(service(), service(2, **{field: blank}))).findings
    wrong = [one for one in findings if one.rule == "C12"]
    assert [(one.code, one.place.ordinal, one.place.field) for one in wrong] == [("row_incomplete", 2, field)]
    assert found(with_services(), "C12") == [("C12", "no_service", BLOCK)]


def test_c13_support_for_staff() -> None:
    assert codes(with_services(service()), "C13") == ["no_staff_support"]
    said = replace(SAMPLE["services"], blocks=(service(),), parts=(Part("", 0, ("No support for staff is needed.",)),))
    assert codes(facts("services", text=said), "C13") == []


@pytest.mark.parametrize(
    ("words", "agrees"),
    [
        ("Outside the regular class: 150 of 1,800 minutes a week, so 91.7% inside.", True),
        ("Outside the regular class: 150 of 1,800 minutes a week, so 92% inside.", True),
        ("Outside the regular class: 225 of 1,800 minutes a week.", False),
        ("He is 87.5% inside the regular class.", False),
        ("8.3% of the week is outside the regular class.", True),
        ("Inside the regular class 1,650 of 1,800 minutes.", True),
        ("Fuera de la clase regular 150 de 1,800 minutos.", True),
        ("He reads with 93% accuracy.", True),
    ],
)
def test_c14_what_is_said_equals_the_grid(words: str, agrees: bool) -> None:
    text = replace(SAMPLE["services"], blocks=(service(),), parts=(Part("", 0, (words,)),))
    assert codes(facts("services", text=text), "C14") == ([] if agrees else ["time_differs"])


def test_c14_the_time_outside_is_explained() -> None:
    assert codes(with_services(service(), name="placement"), "C14") == ["outside_unexplained"]
    assert codes(with_services(service(location="Regular class, push-in"), name="placement"), "C14") == []
    unclear = evaluate(with_services(service(frequency="When he is tired")))
    assert [one.code for one in unclear.unchecked if one.rule == "C14"] == ["grid_unclear"]


@pytest.mark.parametrize(
    ("frequency", "times"),
    [
        ("5 times a week", 5),
        ("Once a week", 1),
        ("twice per week", 2),
        ("weekly", 1),
        ("daily", 5),
        ("Every day", 5),
        ("3x/week", 3),
        ("dos veces por semana", 2),
        ("Once a month", None),
        ("Once, then every quarter", None),
        ("9" * 400 + " times a week", None),
        ("", None),
    ],
)
def test_how_often_a_week(frequency: str, times: int | None) -> None:
    assert times_a_week(frequency) == times
    weekly = weekly_minutes(service(frequency=frequency, minutes="30"))
    assert weekly == (None if times is None else 30 * times)


def test_a_number_beyond_measure_is_none() -> None:
    assert weekly_minutes(service(frequency="weekly", minutes="9" * 400)) is None
    assert list(shares(f"{'9' * 5000} of {'9' * 5000} minutes outside the regular class")) == []


@given(st.text())
def test_no_text_upsets_the_reading_of_shares(text: str) -> None:
    list(shares(text))
    times_a_week(text)


# C21 to C23 and C27: the record


@pytest.mark.parametrize(
    ("thread", "expected"),
    [
        ({}, "comment_undisposed"),
        ({"proposes": True}, "proposal_undisposed"),
        ({"role": "advocate"}, "comment_undisposed"),
        ({"is_open": False}, "comment_undisposed"),
        ({"is_answered": True, "is_open": False}, None),
        ({"is_answered": True, "is_open": True}, "thread_open"),
        ({"role": "team_staff"}, "thread_open"),
        ({"role": "team_staff", "is_open": False}, None),
    ],
)
def test_c21_threads(thread: dict[str, Any], expected: str | None) -> None:
    known: dict[str, Any] = {"id": "t_1", "is_open": True, "is_answered": False, "role": "parent", "proposes": False}
    one = ThreadFacts(**{**known, "words": "Why 30?", **thread})
    findings = evaluate(facts("services", threads=[one])).findings
    assert [(one.code, one.place.thread_id, one.level) for one in findings if one.rule == "C21"] == (
        [(expected, "t_1", WARN)] if expected else []
    )


def contradiction(block: Block | None, decided: str = "225") -> Contradiction:
    held = block.fields["minutes"] if block else ""
    return Contradiction("x_1", 1, "Specially designed instruction, reading", "minutes", decided, held, block)


def test_c22_the_grid_says_150_the_decision_225() -> None:
    rows = SAMPLE["services"].of_kind("service")
    (one,) = evaluate(facts("services", contradictions=[contradiction(rows[0])])).findings
    assert (one.rule, one.level, one.about["weekly"], one.about["decided"]) == ("C22", BLOCK, 150, "225")
    assert (one.place.kind, one.place.ordinal, one.place.field) == ("service", 1, "minutes")
    agreed = service(minutes="45")  # 5 times a week
    assert codes(facts("services", contradictions=[contradiction(agreed)]), "C22") == []
    assert codes(facts("services", contradictions=[contradiction(None)]), "C22") == ["decided_block_gone"]
    assert evaluate(facts("services", contradictions=[contradiction(rows[0])])).final_blocks


def test_c23_what_a_notice_needs() -> None:
    lacking = DecisionFacts("x_1", 2, AGREED, (3, 6))
    (one,) = evaluate(facts("services", decisions=[lacking])).findings
    assert (one.rule, one.level, one.about["elements"]) == ("C23", WARN, (3, 6))
    assert found(facts("services", decisions=[replace(lacking, lacks=())])) == []
    assert found(facts("services", decisions=[replace(lacking, outcome=DEFERRED)])) == []


def test_c27_no_other_student() -> None:
    text = replace(SAMPLE["notes"], parts=(Part("", 0, ("As with Mia Óberg last year.",)),))
    assert codes(facts("notes", text=text, other_students=["Mia Oberg", "Al Roe"]), "C27") == ["other_student"]
    assert codes(facts("notes", text=text, other_students=["Mia Ober", "Mia"]), "C27") == []
    assert codes(facts("notes", text=text, other_students=["Jonah Vasquez-Lind"]), "C27") == []


# Words changed since they were read back


@pytest.mark.parametrize(
    ("before", "after", "count"),
    [("a b c", "a b c", 0), ("a b c", "a x c", 1), ("a b", "a b c d", 2), ("a b c", "c", 2), ("", "one two", 2)],
)
def test_changed_words(before: str, after: str, count: int) -> None:
    assert changed_words(before, after) == count


# C24: dates


@pytest.mark.parametrize(
    ("start", "end", "codes"),
    [
        ("2027-03-08", "2028-02-24", []),
        ("February 26, 2027", "2028-02-25", []),
        ("2027-02-25", "2028-02-24", ["before_notice"]),
        ("25 de febrero de 2027", "2028-02-26", ["before_notice", "after_review"]),
        ("March 2027", "the end of the year", []),  # no whole date: nothing is guessed
        ("2027-02-30", "", []),
    ],
)
def test_services_follow_their_notice_and_end_with_the_plans_year(start: str, end: str, codes: list[str]) -> None:
    fields = {**SAMPLE["services"].blocks[0].fields, "start": start, "end": end}
    about = facts(
        "services", text=SectionText("services", "d_services", (), (Block("service", 1, fields, whole_dates(fields)),))
    )
    assert found(about, "C24") == [("C24", code, WARN) for code in codes]


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-800, 800))
def test_a_goal_outlasts_its_year_or_does_not(held: date, days: int) -> None:
    by = held + timedelta(days)
    goal_ = Block("goal", 1, SAMPLE["goals"].blocks[0].fields, {"date": by})
    about = facts("goals", held_on=held, text=SectionText("goals", "d_goals", (), (goal_,)))
    late = (by.year, by.month, by.day) > (held.year + 1, held.month, held.day)
    assert bool(found(about, "C24")) == late


@pytest.mark.parametrize(
    ("evaluated", "late"), [("2024-02-25", False), ("2024-02-24", True), ("2024-02-29", False), ("2027-02-25", False)]
)
def test_three_years_after_an_evaluation_the_next_is_due(evaluated: str, late: bool) -> None:
    answers = evaluate(facts("goals", file=FileDates(evaluated_on=date.fromisoformat(evaluated))))
    assert ("reevaluation_late" in {one.code for one in answers.findings}) == late
    assert "evaluation_unknown" not in {one.code for one in answers.unchecked}


@pytest.mark.parametrize(("given", "old"), [("2026-07-01", False), ("2026-06-30", True), ("2027-01-09", False)])
def test_the_safeguards_notice_is_of_this_school_year(given: str, old: bool) -> None:
    answers = evaluate(facts("goals", file=FileDates(safeguards_on=date.fromisoformat(given))))
    assert ("safeguards_old" in {one.code for one in answers.findings}) == old
    assert "C26" not in {one.rule for one in answers.unchecked}


def test_each_state_begins_its_school_year() -> None:
    august = replace(PROFILES["federal"], school_year=(8, 15))
    given = FileDates(safeguards_on=date(2026, 8, 1))
    assert found(facts("goals", file=given, profile=august), "C26") == [("C26", "safeguards_old", WARN)]


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 12), st.integers(1, 28))
def test_a_school_year_holds_its_day(day: date, month: int, first: int) -> None:
    began = school_year_of(day, (month, first))
    assert began <= day < years_after(began, 1)
