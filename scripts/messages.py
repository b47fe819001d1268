#!/usr/bin/env python3
"""Brings the translation catalogues up to date with the sources (`make messages`).

New texts come in empty, for a translator to fill; texts that nothing shows any more go. Nothing is guessed: a text
that changed is a new text.
"""

import io
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
KEYWORDS = ("_", "N_", "gettext", "ngettext:1,2", "pgettext:1c,2")


def extracted() -> Catalog:
    """Every text that the sources mark, with the comments for translators that stand above them."""
    command = [str(ROOT / ".venv/bin/pybabel"), "-q", "extract", "--mapping=babel.cfg", "--no-default-keywords"]
    command += [f"--keyword={keyword}" for keyword in KEYWORDS]
    command += ["--no-location", "--sort-output", "--add-comments=Translators:"]
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "messages.pot"
        done = subprocess.run(
            [*command, f"--output={found}", "."], cwd=ROOT, capture_output=True, stdin=subprocess.DEVNULL, check=False
        )
        if done.returncode:
            raise SystemExit(f"extracting failed:\n{done.stderr.decode()}")
        with found.open("rb") as file:
            return read_po(file)


def catalogue_paths() -> list[Path]:
    return sorted((ROOT / "locales").glob("*/LC_MESSAGES/messages.po"))


def language_of(path: Path) -> str:
    return path.parents[1].name


def load(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language_of(path))


def main() -> int:
    texts = extracted()
    for path in catalogue_paths():
        catalogue = load(path)
        catalogue.update(texts, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        written = io.BytesIO()
        write_po(written, catalogue, width=120, no_location=True, sort_output=True, ignore_obsolete=True)
        path.write_bytes(written.getvalue())
        empty = sum(not all(strings(message)) for message in catalogue if message.id)
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} texts, {empty} to translate")
    return 0


def strings(message: Message) -> list[str]:
    """A translation's forms: one, or of a plural each; an empty one is not translated."""
    found = message.string
    return [found or ""] if found is None or isinstance(found, str) else list(found)


if __name__ == "__main__":
    sys.exit(main())
