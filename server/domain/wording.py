"""How much of a text's wording is another than before."""

from difflib import SequenceMatcher


def changed_words(before: str, after: str) -> int:
    """How many words were put in, taken out or replaced; a replaced word counts once."""
    old, new = before.split(), after.split()
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    return sum(
        max(old_end - old_start, new_end - new_start)
        for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes()
        if tag != "equal"
    )
