"""Letters made of papers: the same words as plain text and as a page, with one link into the meeting."""

from collections.abc import Sequence
from dataclasses import replace

from starlette.requests import Request

from server.mail import Letter
from server.mail.letter import BadAddress, address
from server.papers import Link, Paper, Text
from server.papers.model import Block, as_text, plain_block
from server.web.templates import environment


def base_url(request: Request) -> str:
    """The address people use, without a slash at its end."""
    settings = request.app.state.settings
    return str(settings.base_url or request.base_url).rstrip("/")


def is_address(text: str | None) -> bool:
    """Whether a letter can be sent there."""
    try:
        address(text or "")
    except BadAddress:
        return False
    return True


def paper_letter(paper: Paper, to: str, name: str, lead: str, open_text: str, link: str) -> Letter:
    """The whole paper as a letter in its language, below `lead` and a link to the page that shows it."""
    head: Sequence[Block] = [Text(lead), Link(open_text, link)]
    whole = replace(paper, blocks=[*head, *paper.blocks])
    text = f"{paper.title}\n\n{as_text(whole.blocks)}\n"
    html = (
        environment(paper.language)
        .get_template("letter.html")
        .render({"title": paper.title, "blocks": [plain_block(block) for block in whole.blocks]})
    )
    return Letter(to=to, name=name, language=paper.language, subject=paper.title, text=text, html=html)
