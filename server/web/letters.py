"""Letters made of papers: the same words as plain text and as a page, with one link into the meeting."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from starlette.requests import Request

from server.mail import Letter
from server.mail.letter import BadAddress, address
from server.papers import Link, Paper, Text
from server.papers.model import Block, as_text, plain_block
from server.web.i18n import language
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


def pointer_letter(to: Any, subject: str, lead: str, open_text: str, link: str) -> Letter:
    """That something has come, and where; never what: others see a subject, and mail is read on any device.

    `to` has name, email and locale; the texts are translated here.
    """
    spoken = language(to.locale)
    title = spoken.gettext(subject)
    blocks: list[Block] = [Text(spoken.gettext(lead)), Link(spoken.gettext(open_text), link)]
    page = environment(spoken.code).get_template("mail.html")
    html = page.render(subject=title, blocks=[plain_block(block) for block in blocks])
    return Letter(to.email, to.name, spoken.code, title, as_text(blocks) + "\n", html)


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
