"""The encoding of a text that does not say it; never one in which the text would become other letters."""

import re
import unicodedata
from itertools import pairwise

import chardet

_SAMPLE_BYTES = 200_000
_WESTERN = "cp1252"
_WESTERN_LETTERS = frozenset("äöüßéèêëàâáãåçîïíìñôóòõøûúùæœýÿÄÖÜÉÈÊËÀÂÁÃÅÇÎÏÍÌÑÔÓÒÕØÛÚÙÆŒÝªº")
_MOST_ACCENTS = 0.4
"""Part of the letters that have accents; in no western language are there more."""
_TAKEN_FOR = {"cp437": "cp850"}
"""What DOS used in western Europe is told from what it used in America by box drawings alone."""
_LEAST_LETTERS = 4
_DIGIT_WITHIN = re.compile(r"[^\W\d_\x00-\x7f]\d[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+(?:[^\w\s]+[^\W\d_]+)*")


def guessed_encoding(data: bytes) -> str | None:
    """Return the encoding of text that is not UTF-8, None when it cannot be told for sure.

    Windows-1252 comes first where it makes words; else what chardet tells, where that makes words of one script.
    """
    sample = data[:_SAMPLE_BYTES]
    western = _decoded(sample, _WESTERN)
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
