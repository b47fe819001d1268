#!/usr/bin/env python3
"""Whether the words that TypeScript asks for by `t("key")` are those of templates/_strings.html, no fewer, no more.

A key built at run time (t(`refused.${code}`)) counts as asking for every key that fits it.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STRINGS = ROOT / "templates" / "_strings.html"
CALL = re.compile(r"""\bt\(\s*(["'`])(?P<key>[^"'`\n]+)\1""")
# Keys may also stand in tables (`{ saving: "saved.saving" }`): any quoted text that is a key counts as a use.
QUOTED = re.compile(r"""(["'`])([\w.-]+)\1""")
DEFINED = re.compile(r'^\s*"([\w.-]+)":', re.MULTILINE)


def main() -> int:
    scripts = [path for path in (ROOT / "web").rglob("*.ts") if "dist" not in path.relative_to(ROOT).parts]
    wrong = troubles(STRINGS, sorted(scripts))
    for line in wrong:
        print(line)
    return 1 if wrong else 0


def troubles(strings: Path, scripts: list[Path]) -> list[str]:
    defined = DEFINED.findall(strings.read_text(encoding="utf-8"))
    known = set(defined)
    wrong = [f"{strings.name}: {key} stands there twice" for key in sorted(known) if defined.count(key) > 1]
    used: set[str] = set()
    for path in scripts:
        source = path.read_text(encoding="utf-8")
        used |= {text for _, text in QUOTED.findall(source)} & known
        for call in CALL.finditer(source):
            fitting = _fitting(call["key"], known)
            used |= fitting
            if not fitting:
                line = source.count("\n", 0, call.start()) + 1
                wrong.append(f'{path.name}:{line}: t("{call["key"]}") is not in {strings.name}')
    return wrong + [f"{strings.name}: no script uses {key}" for key in sorted(known - used)]


def _fitting(key: str, known: set[str]) -> set[str]:
    """The known keys that `key` can stand for; `${…}` in it stands for anything."""
    pattern = re.compile(".+".join(map(re.escape, re.split(r"\$\{[^}]*\}", key))))
    return {name for name in known if pattern.fullmatch(name)}


if __name__ == "__main__":
    sys.exit(main())
