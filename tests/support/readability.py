"""How hard a text is to read, by the usual measures of each language: from words, sentences and syllables.

English: grade by Flesch and Kincaid (1975). Spanish: ease by Fernández Huerta (1959), 60 to 70 is what a reader of
eighth grade reads with ease, more is easier. Syllables are counted by groups of vowels.
"""

import re

WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
ENGLISH = re.compile(r"[aeiouy]+")
# A weak vowel with an accent stands apart, and so do two strong ones.
SPANISH = re.compile(r"[iuü]?[aeoáéó][iuyü]?|[íú]|[iuü]+|y\b")


def _words(text: str) -> list[str]:
    return WORD.findall(text.lower())


def _sentences(text: str) -> int:
    return max(len(re.findall(r"[.!?:]+(?=\s|$)", text.strip())), 1)


def english_syllables(word: str) -> int:
    groups = len(ENGLISH.findall(word))
    silent = word.endswith("e") and not word.endswith("le") and groups > 1
    ed = word.endswith("ed") and not word.endswith(("ted", "ded")) and groups > 1
    return max(groups - silent - ed, 1)


def spanish_syllables(word: str) -> int:
    return max(len(SPANISH.findall(word)), 1)


def english_grade(text: str) -> float:
    """The US school grade whose readers understand it."""
    words = _words(text)
    syllables = sum(english_syllables(word) for word in words)
    return 0.39 * len(words) / _sentences(text) + 11.8 * syllables / len(words) - 15.59


def spanish_ease(text: str) -> float:
    """0 (hard) to 100 (easy)."""
    words = _words(text)
    syllables = sum(spanish_syllables(word) for word in words)
    return 206.84 - 60 * syllables / len(words) - 1.02 * len(words) / _sentences(text)
