# ruff: noqa: RUF001 (the letters are meant)
"""The encoding of a text that does not say it: told from its bytes where they tell, refused where they do not."""

import codecs
import re

import chardet

from extractor_api_lib.errors import BrokenFileError

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # Before UTF-16, whose mark is the first half of this one.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARATION = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""")
_DECLARED_WITHIN = 1024
_READ_AS_WINDOWS_1252 = frozenset({"iso-8859-1", "iso8859-1", "latin-1", "latin1", "ascii", "us-ascii"})
"""By the WHATWG Encoding Standard: pages that name these are written in Windows-1252."""
_SHIFT_OF_ISO_2022 = b"\x1b$"
_LEAST_CONFIDENCE = 0.15
"""Of chardet's guess, to be believed without being Western; measured on short texts in 24 encodings."""
_WESTERN = frozenset(
    "äöüÄÖÜßáàâãåçéèêëíìîïñóòôõøúùûýÿæœÁÀÂÃÅÇÉÈÊËÍÌÎÏÑÓÒÔÕØÚÙÛÝÆŒ"
    "€£¥§°²³¹µ¼½¾ªº«»‹›„“”‚‘’–—…•·´`¨¡¿©®™†‡±×÷\u00a0\u00ad\ufeff"
)
_SYMBOL_IN_A_WORD = re.compile(r"[^\W\d_][°²³¹µ¼½¾ªº¿¡£¥€¨©®™†‡±×÷¬¤][^\W\d_]")
"""Letters of other alphabets, misread."""
_MOST_WESTERN = 2
"""In Western text at most one letter of so many is not ASCII; where more are, it is another alphabet, misread."""


def decode(data: bytes, declared: str | None = None) -> str:
    """Return the text of `data` with line feeds.

    By its byte order mark, else the encoding it declares, else UTF-8, else what its letters tell. Raises
    `BrokenFileError` for bytes that no text has, and where two alphabets are as likely.
    """
    for encoding in _said(data, declared):
        try:
            text = data.decode(encoding)
        except (UnicodeError, LookupError):
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    return _guessed(data).replace("\r\n", "\n").replace("\r", "\n")


def declared_encoding(data: bytes) -> str | None:
    """Return the encoding that an HTML or XML page names in its first kilobyte, as browsers look for it."""
    found = _DECLARATION.search(data[:_DECLARED_WITHIN])
    return found[1].decode("ascii") if found else None


def _said(data: bytes, declared: str | None) -> list[str]:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return [encoding]
    said: list[str] = []
    if declared:
        said.append("cp1252" if declared.lower() in _READ_AS_WINDOWS_1252 else declared)
    # Its bytes are those of ASCII, and so UTF-8 too.
    return said if _SHIFT_OF_ISO_2022 in data else [*said, "utf-8"]


def _guessed(data: bytes) -> str:
    western = _decoded(data, "cp1252")
    if western is not None and _SHIFT_OF_ISO_2022 not in data and _is_western(western):
        return western
    guess = chardet.detect(data)
    encoding, confidence = guess["encoding"], guess["confidence"]
    text = _decoded(data, encoding) if encoding else None
    if text is None:
        raise BrokenFileError("the file is binary, not text" if b"\0" in data else _UNTOLD)
    if confidence < _LEAST_CONFIDENCE and not _is_western(text):
        raise BrokenFileError(_UNTOLD)
    return text


_UNTOLD = "the encoding of the text cannot be determined; save it as UTF-8"


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except (UnicodeError, LookupError):
        return None
    return None if "\0" in text else text


def _is_western(text: str) -> bool:
    other = [character for character in text if not character.isascii()]
    if not all(character in _WESTERN for character in other) or _SYMBOL_IN_A_WORD.search(text):
        return False
    letters = sum(map(str.isalpha, text))
    return sum(map(str.isalpha, other)) * _MOST_WESTERN <= letters
