"""The encoding of a text that does not say it; never one in which the text would become other letters."""

import codecs
import re
import unicodedata
from itertools import pairwise

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
_MOSTLY = 0.6
_READ_AS_WINDOWS_1252 = frozenset({"iso-8859-1", "iso8859-1", "latin-1", "latin1", "ascii", "us-ascii"})
"""By the WHATWG Encoding Standard: pages that name these are written in Windows-1252."""
_SHIFT_OF_ISO_2022 = b"\x1b$"
_SAMPLE_BYTES = 200_000
_WESTERN = "cp1252"
_WESTERN_LETTERS = frozenset("äöüßéèêëàâáãåçîïíìñôóòõøûúùæœýÿÄÖÜÉÈÊËÀÂÁÃÅÇÎÏÍÌÑÔÓÒÕØÛÚÙÆŒÝªº")
_MOST_ACCENTS = 0.4
"""Part of the letters that have accents; in no western language are there more."""
_TAKEN_FOR = {"cp437": "cp850"}
"""Only box drawings tell the DOS encoding of western Europe from that of America."""
_LEAST_LETTERS = 4
_DIGIT_WITHIN = re.compile(r"[^\W\d_\x00-\x7f]\d[^\W\d_]")
_SYMBOL_IN_A_WORD = re.compile(r"[^\W\d_][°²³¹µ¼½¾¿¡£¥€¨©®™†‡±×÷¬¤][^\W\d_]")  # noqa: RUF001
"""Letters of other alphabets, misread."""
_WORD = re.compile(r"[^\W\d_]+(?:[^\w\s]+[^\W\d_]+)*")


def decode(data: bytes, declared: str | None = None) -> str:
    """Return the text of `data` with line feeds.

    By its byte order mark, else the encoding it declares, else UTF-8, else what can be told for sure. Raises
    `BrokenFileError` for bytes that no text has, and where several encodings would give different letters.
    """
    encodings = [encoding for mark, encoding in _BYTE_ORDER_MARKS if data.startswith(mark)][:1]
    for encoding in encodings or _likely(data, declared):
        if (text := _whole(data, encoding)) is not None:
            break
    else:
        guess = None if encodings else guessed_encoding(data)
        text = _whole(data, guess) if guess else None
    if text is None:
        reason = f"in {encodings[0]}" if encodings else "in utf-8 or cp1252, nor surely in another encoding"
        raise BrokenFileError(f"the file is not text {reason}; save it as UTF-8")
    if "\0" in text:
        raise BrokenFileError("the file is binary, not text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _likely(data: bytes, declared: str | None) -> list[str]:
    said: list[str] = []
    if declared:
        said.append(_WESTERN if declared.lower() in _READ_AS_WINDOWS_1252 else declared)
    # The bytes of ISO 2022 are those of ASCII, and so UTF-8 too.
    return [*said, *_without_mark(data), *([] if _SHIFT_OF_ISO_2022 in data else ["utf-8"])]


def _without_mark(data: bytes) -> list[str]:
    """Return UTF-16 or UTF-32 where as many bytes of a text are zero as it has for letters of western languages."""
    sample = data[:_DECLARED_WITHIN]
    if len(data) % 4 == 0 and sample:
        zeros = [sample[place::4].count(0) for place in range(4)]
        if not zeros[0] and zeros[2] == zeros[3] == len(sample) // 4:
            return ["utf-32-le"]
        if not zeros[3] and zeros[0] == zeros[1] == len(sample) // 4:
            return ["utf-32-be"]
    if len(data) % 2 == 0 and len(sample) >= 4:
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        if odd > _MOSTLY * len(sample) / 2 and not even:
            return ["utf-16-le"]
        if even > _MOSTLY * len(sample) / 2 and not odd:
            return ["utf-16-be"]
    return []


def declared_encoding(data: bytes) -> str | None:
    """Return the encoding that an HTML or XML page names in its first kilobyte, as browsers look for it."""
    found = _DECLARATION.search(data[:_DECLARED_WITHIN])
    return found[1].decode("ascii") if found else None


def guessed_encoding(data: bytes) -> str | None:
    """Return the encoding of text that is not UTF-8, None when it cannot be told for sure.

    Windows-1252 comes first where it makes words; else what chardet tells, where that makes words of one script.
    """
    sample = data[:_SAMPLE_BYTES]
    western = None if _SHIFT_OF_ISO_2022 in sample else _decoded(sample, _WESTERN)
    if western is not None and _is_western(western):
        # The sign for any currency is what the euro of ISO 8859-15 looks like.
        return "iso-8859-15" if "¤" in western else _WESTERN
    guess = chardet.detect(sample)["encoding"]
    if guess is None:
        return None
    encoding = _TAKEN_FOR.get(guess.lower(), guess)
    text = _decoded(sample, encoding)
    foreign = [letter for letter in text or "" if letter.isalpha() and not letter.isascii()]
    if text is None or len(foreign) < _LEAST_LETTERS or not _makes_words(text):
        return None
    return encoding


def _whole(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _decoded(sample: bytes, encoding: str) -> str | None:
    try:
        # A sample may end within a character.
        return sample.decode(encoding, "strict" if len(sample) < _SAMPLE_BYTES else "ignore")
    except (UnicodeError, LookupError):
        return None


def _is_western(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    accented = [letter for letter in letters if not letter.isascii()]
    if not set(accented) <= _WESTERN_LETTERS or len(accented) > _MOST_ACCENTS * max(len(letters), 1):
        return False
    if _SYMBOL_IN_A_WORD.search(text):
        return False
    return _makes_words(text)


def _makes_words(text: str) -> bool:
    """Tell whether the characters beyond ASCII stand where they do in text.

    No control characters, no capital after a small letter, no sign within a word, no two scripts in one.
    """
    if any(not letter.isascii() and unicodedata.category(letter) in {"Cc", "Cn", "Co"} for letter in text):
        return False
    if _DIGIT_WITHIN.search(text):
        return False
    return all(_is_word(word) for word in _WORD.findall(text) if not word.isascii())


def _is_word(word: str) -> bool:
    for before, after in pairwise(word):
        if (not before.isascii() or not after.isascii()) and before.islower() and after.isupper():
            return False
        is_sign = not after.isalpha() and not after.isascii()
        if is_sign and after != "’" and unicodedata.category(after) not in {"Pd", "Po", "Mn", "No"}:  # noqa: RUF001
            return False
    scripts = {unicodedata.name(letter, "?").split()[0] for letter in word if letter.isalpha()}
    return len(scripts - {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "FEMININE", "MASCULINE"}) <= 1
