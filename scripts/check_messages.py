#!/usr/bin/env python3
"""Whether every language says everything: nothing missing, nothing left over, every placeholder in its place."""

import io
import re
import sys
from collections.abc import Iterator

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo

from scripts.messages import ROOT, catalogue_paths, extracted, load, strings

# %(name)s of gettext, and tags: both must survive a translation.
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|</?[a-z][^>]*>")
# A Spanish time of day ends in "p. m.": a full stop after it would be the second.
STOPS_TWICE = re.compile(r"%\(time\)s\.")
COUNT = "%(num)s"  # what gettext's plurals are about


def main() -> int:
    texts = extracted()
    wrong = list(_checked(texts))
    for line in wrong:
        print(line)
    if wrong:
        print("`make messages` brings in new texts and drops old ones; then translate the empty ones.")
    return 1 if wrong else 0


def _checked(texts: Catalog) -> Iterator[str]:
    paths = catalogue_paths()
    if not paths:
        yield "locales/ holds no catalogue"
    for path in paths:
        name = path.relative_to(ROOT)
        catalogue = load(path)
        for trouble in troubles(texts, catalogue):
            yield f"{name}: {trouble}"
        write_mo(io.BytesIO(), catalogue)


def troubles(texts: Catalog, catalogue: Catalog) -> Iterator[str]:
    for message in texts:
        if not message.id:
            continue
        found = catalogue.get(message.id, message.context)
        if found is None:
            yield f"missing: {_shown(message)}"
        elif not all(strings(found)):
            yield f"not translated: {_shown(message)}"
        else:
            yield from _changed_placeholders(found)
            if str(catalogue.locale) == "es" and any(map(STOPS_TWICE.search, strings(found))):
                yield f"a time before a full stop, which Spanish writes with its own: {_shown(message)}"
    for message in catalogue:
        if not message.id:
            continue
        if message.fuzzy:
            yield f"fuzzy, so a guess: {_shown(message)}"
        if texts.get(message.id, message.context) is None:
            yield f"shown nowhere any more: {_shown(message)}"
    for message in catalogue.obsolete.values():
        yield f"shown nowhere any more (obsolete): {_shown(message)}"


def _changed_placeholders(message: Message) -> Iterator[str]:
    wanted = [set(PLACEHOLDER.findall(text)) for text in _ids(message)]
    allowed = set().union(*wanted)
    for index, string in enumerate(strings(message)):
        found = set(PLACEHOLDER.findall(string))
        # Of a plural, only the last form surely needs the number; "one" may be said in words.
        needed = wanted[-1] if index == len(strings(message)) - 1 else set.intersection(*wanted) - {COUNT}
        for lost in sorted(needed - found):
            yield f"{lost} is lost in the translation of {_shown(message)}"
        for new in sorted(found - allowed):
            yield f"{new} is not in {_shown(message)}"


def _ids(message: Message) -> list[str]:
    return list(message.id) if isinstance(message.id, list | tuple) else [message.id]


def _shown(message: Message) -> str:
    return repr(_ids(message)[0])


if __name__ == "__main__":
    sys.exit(main())
