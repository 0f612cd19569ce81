"""Serves letters."""

from courier.types import Letter

app = Letter("/healthz")


def printed(letter: Letter) -> bytes:
    """The letter on paper; needs the extra `print`."""
    from paper import Sheet

    return Sheet(letter).ink()
