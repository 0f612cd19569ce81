"""E-mail (RFC 5322): sender, recipients, text and attachments."""

from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default
from typing import cast

from extractor_api_lib.errors import BrokenFileError, ExtractionError
from extractor_api_lib.formats.found import Found
from extractor_api_lib.formats.html_page import blocks_of
from extractor_api_lib.formats.plain_text import paragraphs
from extractor_api_lib.formats.text_encoding import decode
from extractor_api_lib.settings import ExtractorSettings

_SHOWN = ("From", "To", "Cc", "Date")
_DEEPEST = 5
"""Messages within messages."""


def read(data: bytes, settings: ExtractorSettings) -> Iterator[Found]:
    """Yield the subject, the correspondents with the date, the text, and what is in attachments that can be read."""
    message = message_from_bytes(data, policy=default)
    if not message.keys():
        raise BrokenFileError("the file is not an e-mail: it has no header")
    yield from _message(message, settings, _Budget(settings.max_unpacked_bytes), 1)


class _Budget:
    """What attachments may have in all, in bytes."""

    def __init__(self, most: int) -> None:
        self._left = most

    def take(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise BrokenFileError("its attachments have more bytes than is allowed")


def _message(message: MIMEPart, settings: ExtractorSettings, budget: _Budget, depth: int) -> Iterator[Found]:
    if subject := str(message["Subject"] or "").strip():
        yield Found(subject, heading=min(depth, 6))
    header = "\n".join(f"{name}: {message[name]}" for name in _SHOWN if message[name])
    if header:
        yield Found(header)
    body = message.get_body(("plain", "html"))
    if body is not None:
        text = _text(body)
        yield from blocks_of(text) if body.get_content_subtype() == "html" else paragraphs(text)
    for part in message.iter_attachments():
        yield from _attachment(part, settings, budget, depth)


def _attachment(part: MIMEPart, settings: ExtractorSettings, budget: _Budget, depth: int) -> Iterator[Found]:
    if part.get_content_type() == "message/rfc822":
        inner: object = part.get_content()
        if isinstance(inner, EmailMessage) and depth < _DEEPEST:
            yield from _message(cast("MIMEPart", inner), settings, budget, depth + 1)
        return
    # The formats know this module.
    from extractor_api_lib.formats import format_of  # noqa: PLC0415

    name = part.get_filename()
    if not name:
        return
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return
    budget.take(len(data))
    yield Found(f"Attachment: {name}", heading=min(depth + 1, 6))
    try:
        yield from format_of(name).read(data, settings)
    except ExtractionError as error:
        # The letter is worth having without it.
        yield Found(f"{name} could not be read: {error}")


def _text(body: MIMEPart) -> str:
    data = body.get_payload(decode=True)
    return decode(data, body.get_content_charset()) if isinstance(data, bytes) else ""
