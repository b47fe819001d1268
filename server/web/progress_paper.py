"""The data of a goal on paper: its chart as a picture with its words, and every value in a table."""

from collections.abc import Sequence

from markupsafe import escape

from server.domain.progress import Chart, Line, written
from server.papers import Figure, Table
from server.web.i18n import N_, Language

WIDTH, HEIGHT = 320, 180  # of the drawing, in the units of `domain.progress.chart`


def values_table(values: Sequence[tuple[str, str, str]], language: Language) -> Table:
    """Each value with its day (ISO 8601) and note."""
    say = language.gettext
    header = [say(N_("Day")), say(N_("Value")), say(N_("Note"))]
    return Table(header, [[language.day(day), value, note] for day, value, note in values], (2, 2, 4))


def chart_figure(name: str, drawn: Chart, line: Line | None, count: int, language: Language) -> Figure:
    """The chart that the page of progress shows, in black on white."""
    said = [
        language.gettext(N_("Progress on: %(goal)s")) % {"goal": name} + ".",
        language.ngettext("%(num)s value was measured.", "%(num)s values were measured.", count, num=count),
    ]
    if line is not None:
        ends = {
            "from": written(line.baseline),
            "start": language.day(line.start.isoformat()),
            "to": written(line.target),
            "end": language.day(line.end.isoformat()),
        }
        said.append(language.gettext(N_("The line goes from %(from)s on %(start)s to %(to)s on %(end)s.")) % ends)
    said.append(language.gettext(N_("The table below has every value.")))
    return Figure(_drawing(drawn, language), " ".join(said), 0.8)


def _drawing(drawn: Chart, language: Language) -> str:
    first, last = (language.day(day.isoformat()) for day in (drawn.first, drawn.last))
    parts = [
        '<path d="M44 12V150H308" fill="none" stroke="#555" stroke-width="1"/>',
        _label(40, 16, "end", written(drawn.high)),
        _label(40, 150, "end", written(drawn.low)),
        _label(44, 168, "start", first),
    ]
    if drawn.last != drawn.first:
        parts.append(_label(308, 168, "end", last))
    if drawn.line:
        (a, b), (c, d) = (drawn.line[0], drawn.line[1])
        parts.append(
            f'<path d="M{a} {b}L{c} {d}" fill="none" stroke="#000" stroke-width="1.5" stroke-dasharray="5 4"/>'
        )
        parts += [
            f'<rect x="{x - 3}" y="{y - 3}" width="6" height="6" fill="#fff" stroke="#000" stroke-width="1.5"/>'
            for x, y in ((a, b), (c, d))
        ]
    parts += [f'<circle cx="{spot.x}" cy="{spot.y}" r="4" fill="#000"/>' for spot in drawn.spots]
    view = f'xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    return f"<svg {view}>{''.join(parts)}</svg>"


def _label(x: int, y: int, anchor: str, text: str) -> str:
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-family="Libertinus Serif" font-size="11" '
        f'fill="#000">{escape(text)}</text>'
    )
