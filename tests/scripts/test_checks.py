"""The checks of `make check` find what they are there to find."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from scripts import check_locks, check_messages, check_settings, check_strings


def catalogues(ids: tuple[str, ...] | str, translation: tuple[str, ...] | str) -> list[str]:
    """What the check says of a catalogue with one text."""
    texts, catalogue = Catalog(), Catalog(locale="es")
    texts.add(ids)
    catalogue.add(ids, translation)
    return list(check_messages.troubles(texts, catalogue))


def test_a_good_translation_passes() -> None:
    assert catalogues("Saved %(time)s", "Guardado a las %(time)s") == []
    assert catalogues(("%(num)s edit", "%(num)s edits"), ("un cambio", "%(num)s cambios")) == []


@pytest.mark.parametrize(
    ("ids", "translation", "word"),
    [
        ("Saved", "", "not translated"),
        (("%(num)s edit", "%(num)s edits"), ("un cambio", ""), "not translated"),
        ("Saved %(time)s", "Guardado", "is lost"),
        ("Saved %(time)s", "Guardado %(hora)s a las %(time)s", "is not in"),
        (("%(num)s edit", "%(num)s edits"), ("un cambio", "cambios"), "is lost"),
        ("<b>Now</b>", "<b>Ahora", "is lost"),
        ("It starts at %(time)s.", "Empieza a las %(time)s.", "full stop"),
    ],
)
def test_a_bad_translation_is_named(ids: tuple[str, ...] | str, translation: tuple[str, ...] | str, word: str) -> None:
    assert any(word in line for line in catalogues(ids, translation))


def test_a_guess_a_missing_text_and_a_leftover_are_named() -> None:
    texts, catalogue = Catalog(), Catalog(locale="es")
    texts.add("Print")
    catalogue.add("Sign", "Firmar", flags={"fuzzy"})
    said = " ".join(check_messages.troubles(texts, catalogue))
    assert "missing: 'Print'" in said
    assert "fuzzy" in said
    assert "shown nowhere any more: 'Sign'" in said


def words(folder: Path, script: str, *keys: str) -> list[str]:
    (folder / "app.ts").write_text(script)
    strings = folder / "_strings.html"
    strings.write_text("\n".join(f'    "{key}": _("Text"),' for key in keys))
    return check_strings.troubles(strings, [folder / "app.ts"])


def test_the_words_of_scripts_are_matched_both_ways(tmp_path: Path) -> None:
    assert words(tmp_path, 'show(t("saved"), t(`refused.${code}`))', "saved", "refused.role", "refused.final") == []
    assert 't("gone") is not in _strings.html' in words(tmp_path, '\nt("gone")', "saved")[0]
    assert words(tmp_path, "", "saved") == ["_strings.html: no script uses saved"]
    assert words(tmp_path, 'const KEYS = { on: "saved" }; t(KEYS[state])', "saved") == []


def test_a_lock_without_a_hash_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_locks, "ROOT", tmp_path)
    (tmp_path / "some.lock").write_text("one==1.0 \\\n    --hash=sha256:00\ntwo==2.0\n    # via one\n")
    with pytest.raises(SystemExit, match="two has no hash"):
        check_locks.locked("some.lock")


def test_the_readme_must_name_every_setting_and_no_other() -> None:
    readme = " ".join(f"`{name}`" for name in check_settings.settings())
    assert check_settings.troubles(readme) == []
    assert check_settings.troubles(readme.replace("ROUNDTABLE_DATABASE_URL", "ROUNDTABLE_DB")) == [
        "README.md does not name ROUNDTABLE_DATABASE_URL",
        "README.md names ROUNDTABLE_DB, which is no setting",
    ]
