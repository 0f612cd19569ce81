"""Mails as values."""

import attrs


@attrs.frozen
class Mail:
    """A mail that waits to be sent."""

    to: str
    text: str
