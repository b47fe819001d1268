"""A paper as a tagged PDF (PDF/UA-1, ISO 14289-1): set by Typst, in a thread beside the event loop."""

import asyncio
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
import typst

from server.papers.characters import NO_GLYPH, printable
from server.papers.model import Paper

log = structlog.get_logger()

TEMPLATE = Path(__file__).with_name("paper.typ")
LARGEST = 4_000_000  # characters of the model
MOST_UNKNOWN = 200  # different pictures looked for one by one
_UNKNOWN = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)
_JOINERS = re.compile("[\u200c\u200d\ufe00-\ufe0f]")  # they would tie the replacement to its neighbours
_FAR = re.compile("[^\n -\u024f\u2010-\u2026]")  # where even that does not help: all but Latin letters
_ESCAPED = re.compile(r"\\u\{([0-9a-f]{1,6})\}")


class NotPrinted(Exception):
    """The paper could not be set; the message holds nothing of what it says."""


async def print_paper(paper: Paper, at: datetime) -> bytes:
    """The PDF; `at` is the time that it bears, so that the same paper is the same bytes. Raises `NotPrinted`."""
    return await asyncio.to_thread(set_paper, paper, at)


def set_paper(paper: Paper, at: datetime) -> bytes:
    """As `print_paper`, where there is no event loop."""
    return pdf_of(paper.plain(), at)


def pdf_of(plain: dict[str, Any], at: datetime) -> bytes:
    """As `set_paper`, from `Paper.plain`."""
    model = json.dumps(printable(plain), ensure_ascii=False)
    if len(model) > LARGEST:
        raise NotPrinted("the paper is too long")
    unknown: set[str] = set()
    while True:
        try:
            data = typst.compile(
                TEMPLATE,
                root=TEMPLATE.parent,
                format="pdf",
                pdf_standards=["ua-1"],
                sys_inputs={"paper": model},
                timestamp=int(at.timestamp()),
            )
        except typst.TypstError as error:
            missing = _missing(str(error), model) - unknown
            if not missing or len(unknown) >= MOST_UNKNOWN:
                if (plainer := _FAR.sub("?", model)) == model:
                    raise NotPrinted(_reason(str(error))) from None
                model = plainer
                continue
            unknown |= missing
            for char in missing:
                model = model.replace(char, NO_GLYPH)
            model = _JOINERS.sub("", model)
            continue
        if unknown:
            log.warning("no font has a picture of some characters of a paper", count=len(unknown))
        return data


PICTURE = """
#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg")
"""
DOTS = 220.0  # an inch


def picture_of(svg: str) -> bytes:
    """A drawing as a PNG. Raises `NotPrinted`."""
    try:
        data = typst.compile(PICTURE.encode(), format="png", ppi=DOTS, sys_inputs={"svg": svg})
    except typst.TypstError as error:
        raise NotPrinted(_reason(str(error))) from None
    return bytes(data)


def _missing(told: str, model: str) -> set[str]:
    """Which characters the message says have no picture; those of ASCII have one everywhere."""
    named = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), "".join(_UNKNOWN.findall(told)))
    return {char for char in named if ord(char) > 0x7F and char != NO_GLYPH and char in model}


def _reason(told: str) -> str:
    """What is wrong, without the words it is wrong with."""
    return re.sub(r'`.*?`|".*?"', "…", told.partition("\n")[0])[:200]
