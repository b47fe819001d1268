"""Small plots as SVG, without a library: points and a line, a logarithmic axis below."""

from html import escape
from math import log10

WIDTH, HEIGHT, MARGIN = 300, 200, 46
Panel = tuple[str, list[tuple[int, float]]]


def svg(title: str, axis: str, panels: list[Panel]) -> str:
    """One panel beside the other, each with its own upright axis from nought."""
    width = WIDTH * len(panels)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{HEIGHT + 30}" '
        f'viewBox="0 0 {width} {HEIGHT + 30}" role="img" font-family="sans-serif" font-size="11">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{HEIGHT + 30}" fill="#fff"/>',
        f'<text x="{MARGIN}" y="18" font-size="13">{escape(title)}</text>',
    ]
    for place, (unit, points) in enumerate(panels):
        parts += _panel(place * WIDTH, axis, unit, points)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(left: int, axis: str, unit: str, points: list[tuple[int, float]]) -> list[str]:
    if not points:
        return []
    top, bottom = 48, HEIGHT - 8
    most = max(value for _, value in points) or 1
    first, last = log10(points[0][0]), log10(points[-1][0])

    def x(at: int) -> float:
        share = (log10(at) - first) / (last - first) if last > first else 0.5
        return left + MARGIN + share * (WIDTH - MARGIN - 24)

    def y(value: float) -> float:
        return bottom - value / most * (bottom - top)

    line = " ".join(f"{x(at):.1f},{y(value):.1f}" for at, value in points)
    parts = [
        f'<text x="{left + MARGIN}" y="36" fill="#444">{escape(unit)}</text>',
        f'<path d="M{left + MARGIN} {top}V{bottom}H{left + WIDTH - 20}" fill="none" stroke="#888"/>',
        f'<text x="{left + MARGIN - 4}" y="{top + 4}" text-anchor="end">{_label(most)}</text>',
        f'<text x="{left + MARGIN - 4}" y="{bottom}" text-anchor="end">0</text>',
        f'<text x="{left + WIDTH - 20}" y="{HEIGHT + 24}" text-anchor="end" fill="#444">{escape(axis)}</text>',
        f'<polyline points="{line}" fill="none" stroke="#1f5fa8" stroke-width="2"/>',
    ]
    for at, value in points:
        parts.append(f'<circle cx="{x(at):.1f}" cy="{y(value):.1f}" r="3" fill="#1f5fa8"/>')
        parts.append(f'<text x="{x(at):.1f}" y="{bottom + 14}" text-anchor="middle" font-size="9">{at:,}</text>')
    return parts


def _label(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
