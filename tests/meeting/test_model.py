"""Random acts by random people in random phases: the rules agree with a plain model of a meeting, act by act.

No act outside the matrix takes effect, every accepted act is one entry of its kind by its author, a refused one changes
nothing in the whole database, and the journal told to an empty database gives the same tables.
"""

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model.amending import Amending

BUDGET = settings(
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a run cannot be made smaller in bearable time
    max_examples=20,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
SMALL = settings(BUDGET, max_examples=3)


def test_the_rules_agree_with_a_plain_model() -> None:
    counts: Counter[str] = Counter()

    class Machine(Amending):
        pass

    Machine.count = counts
    run_state_machine_as_test(Machine, settings=BUDGET)
    # A model that refuses everything would agree with itself.
    assert sum(counts.values()) - counts["refused"] > counts["refused"] / 4


@pytest.mark.slow
def test_so_they_do_on_postgresql(postgres_url: str) -> None:
    class Machine(Amending):
        pass

    Machine.url, Machine.count = postgres_url, Counter()
    run_state_machine_as_test(Machine, settings=SMALL)
