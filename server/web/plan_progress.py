"""The data of the goals as a part of the plan's paper."""

from collections.abc import Sequence

from server.papers import Facts, Heading, Text
from server.papers.model import Block
from server.web.i18n import N_, Language
from server.web.progress import Followed
from server.web.progress_paper import chart_figure, values_table


def followed_blocks(goals: Sequence[Followed], language: Language) -> list[Block]:
    """Of each goal that something is measured on; nothing where nothing is."""
    say = language.gettext
    blocks: list[Block] = []
    for one in goals:
        if not one.points:
            continue
        blocks.append(Heading(one.name, 3))
        fields = one.block.fields if one.block is not None else {}
        known = [(say(N_("Baseline")), fields.get("baseline", "")), (say(N_("Target")), fields.get("criterion", ""))]
        if rows := [(name, value) for name, value in known if value]:
            blocks.append(Facts(rows))
        if one.chart is not None:
            blocks.append(chart_figure(one.name, one.chart, one.line, len(one.points), language))
        values = [(point.day, f"{point.value} {point.unit}".strip(), point.note) for point, _ in one.points]
        blocks.append(values_table(values, language))
    if not blocks:
        return []
    told = [ABOUT, LINE] if any(one.chart and one.chart.line and one.points for one in goals) else [ABOUT]
    return [Heading(say(N_("Progress on the goals")), 2), Text(" ".join(map(say, told))), *blocks]


ABOUT = N_("The values that were measured on each goal until now.")
LINE = N_("The broken line leads from its baseline to its target.")
