"""Templates: one Jinja environment per language, autoescaped, with the few helpers pages need."""

import json
import math
import secrets
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from server.web import (
    words,
    words_agenda,
    words_amendments,
    words_attendance,
    words_decisions,
    words_door,
    words_guard,
    words_notices,
    words_signing,
)
from server.web.clocks import clock_of, clock_words, whole_minutes
from server.web.compiled import Compiled
from server.web.fragments import fresh_on
from server.web.i18n import LANGUAGE_NAMES, ROOT, Language, language
from server.web.panels import PANELS
from server.web.visitor import visitor

TEMPLATES = ROOT / "templates"
DIST = ROOT / "web" / "dist"


class Manifest:
    """Names of built files with their hash, read again soon after a new build replaced the manifest.

    A page names a file for each of its icons: the disk is asked at most once in `LOOK` seconds.
    """

    LOOK = 1.0

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: int | None = None
        self._looked = -math.inf
        self._files: dict[str, Any] = {}

    def url(self, name: str) -> str:
        return f"/static/{self._known().get(name, name)}"

    def modules(self, name: str) -> list[str]:
        """Addresses of what a page's script imports, and of `name`, which it fetches later, with what it imports."""
        known = self._known().get("modules", {})
        return [f"/static/{file}" for file in dict.fromkeys((*known.get("app", ()), *known.get(name, ())))]

    def _known(self) -> dict[str, Any]:
        if (instant := time.monotonic()) - self._looked < self.LOOK:
            return self._files
        self._looked = instant
        try:
            changed = self.path.stat().st_mtime_ns
        except FileNotFoundError:
            return {}
        if changed != self._seen:
            self._files = json.loads(self.path.read_text(encoding="utf-8"))
            self._seen = changed
        return self._files


manifest = Manifest(DIST / "manifest.json")


_compiled = Compiled(TEMPLATES.parent / ".compiled-templates", Path(__file__))


@lru_cache
def environment(code: str) -> jinja2.Environment:
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        bytecode_cache=_compiled,
    )
    spoken = language(code)
    env.install_gettext_translations(spoken.translations, newstyle=True)  # type: ignore[attr-defined]
    say = sayer(spoken)
    env.globals.update(
        _=say,
        gettext=say,
        icon=icon,
        csrf_field=csrf_field,
        once_field=once_field,
        phase_badge=badges("phase", words.PHASES, spoken),
        state_badge=badges("state", words.STATES, spoken),
        static_url=manifest.url,
        modules=manifest.modules,
        lang=spoken,
        languages=LANGUAGE_NAMES,
        roles=words.ROLES,
        role_hints=words.ROLE_HINTS,
        phases=words.PHASES,
        states=words.STATES,
        section_names=words.SECTIONS,
        section_hints=words.SECTION_HINTS,
        purposes=words.PURPOSES,
        refusals=words.REFUSALS,
        read_only=words.READ_ONLY,
        revision_kinds=words.REVISION_KINDS,
        state_changes=words.STATE_CHANGES,
        clock_of=clock_of,
        item_states=words_agenda.ITEM_STATES,
        follow_up_kinds=words_agenda.FOLLOW_UP_KINDS,
        follow_up_hints=words_agenda.FOLLOW_UP_HINTS,
        came_from=words_agenda.CAME_FROM,
        leaves_as=words_agenda.LEAVES_AS,
        left_as=words_agenda.LEFT_AS,
        panels=PANELS,
        ways=words_attendance.WAYS,
        seat_names=words_attendance.SEATS,
        own_questions=words_door.QUESTIONS,
        student_questions=words_door.STUDENT_QUESTIONS,
        fresh_on=fresh_on,
        **words_decisions.TABLES,
        **words_signing.TABLES,
        **words_notices.TABLES,
        **words_guard.TABLES,
        **words_amendments.TABLES,
    )
    # A word from a table of codes: {{ roles[person.role]|word }}. Autoescaped like everything else.
    env.filters["word"] = spoken.gettext
    env.filters["device"] = device_name
    env.filters["zone_label"] = spoken.zone_label
    env.filters["iso_day"] = lambda day: spoken.date(date.fromisoformat(day), length="long")
    env.filters["initials"] = initials
    env.filters["clock"] = clock_words
    env.filters["whole_minutes"] = whole_minutes
    env.filters["as_day"] = date.fromisoformat
    return env


def compile_templates() -> None:
    """All of them, before anybody asks for a page: where an image is built."""
    for code in LANGUAGE_NAMES:
        for name in environment(code).list_templates():
            environment(code).get_template(name)


def sayer(spoken: Language) -> Callable[..., Markup]:
    """The `_()` of templates. A page says hundreds of texts, nearly all of them without a value in them."""

    @cache
    def plain(message: str) -> Markup:
        return Markup(spoken.translations.gettext(message)) % {}  # noqa: S704 - texts of the product

    def say(message: str, **values: object) -> Markup:
        return Markup(spoken.translations.gettext(message)) % values if values else plain(message)  # noqa: S704

    return say


@jinja2.pass_context
def csrf_field(context: jinja2.runtime.Context) -> Markup:
    """The visitor's token, in a form."""
    token: str = context["csrf"]
    return Markup('<input type="hidden" name="csrf" value="%s">') % token


def once_field() -> Markup:
    """For a form that makes something: sent twice, by a second press or by going back, it makes one (`sent_once`)."""
    return Markup('<input type="hidden" name="once" value="%s">') % secrets.token_urlsafe(15)


def badges(kind: str, named: Mapping[str, tuple[str, str]], spoken: Language) -> Callable[[str], Markup]:
    """What shows a code as a word with a picture; `named` has both by code."""

    def badge(code: str) -> Markup:
        word, picture = named[code]
        return Markup('<span class="badge {}-{}">{}{}</span>').format(kind, code, icon(picture), spoken.gettext(word))

    return badge


def icon(name: str) -> Markup:
    """A picture by its name in web/icons.txt."""
    return _icon_svg(manifest.url("sprite.svg"), name)


@lru_cache(maxsize=512)
def _icon_svg(sprite: str, name: str) -> Markup:
    return Markup('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>').format(
        sprite, name
    )


def initials(name: str) -> str:
    """Two letters for a seat's mark: of the first and the last word."""
    parts = name.split()
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper()


BROWSERS = (
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """A device as its owner knows it ("Chrome, Android"), or "" when the browser does not say."""
    names = [next((name for mark, name in table if mark in user_agent), "") for table in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, names))


def is_fragment(request: Request) -> bool:
    """Whether htmx asks for a part of the page that is already there."""
    return request.headers.get("hx-request") == "true"


def render_text(request: Request, name: str, context: Mapping[str, Any]) -> str:
    who = visitor(request)
    return (
        environment(who.language.code)
        .get_template(name)
        .render(
            {
                "request": request,
                "person": who.person,
                "sets_up_meetings": who.signed_in is not None and who.signed_in.sets_up_meetings,
                "csrf": who.csrf,
                "fragment": is_fragment(request),
                "now": datetime.now(UTC),
                **context,
            }
        )
    )


def render(
    request: Request,
    name: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
    background: BackgroundTask | None = None,
) -> Response:
    """A page, or the fragment of it that htmx asked for, in the visitor's language."""
    text = render_text(request, name, context or {})
    headers = {"Vary": "HX-Request, Accept-Language, Cookie", "Content-Language": visitor(request).language.code}
    return HTMLResponse(text, status, headers, background=background)


def redirect(request: Request, url: str) -> Response:
    """On to `url` with GET. htmx follows redirects inside its fetch, so it is told in its own header."""
    if is_fragment(request):
        return Response(status_code=200, headers={"HX-Redirect": url})
    return RedirectResponse(url, 303)
