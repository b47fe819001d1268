"""What is wrong with a file that is not taken."""

MOST_BYTES = 20 * 1024 * 1024


class Unreadable(Exception):
    """A file that is not taken. `code`: empty, too_big, old_word, not_word, bomb, entities, damaged, nested, slow,
    no_words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
