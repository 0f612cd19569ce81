"""From a file's name or an address to the identification of its document."""

import re
import unicodedata
from hashlib import sha256
from pathlib import PurePosixPath
from urllib.parse import urlsplit

_LONGEST = 128
_LONGEST_SUFFIX = 16
_DIGEST_CHARACTERS = 12


def identification_of(file_name: str) -> str:
    """Return the identification for a file's name, the same each time; it fits `rag_core_lib.wire.pieces.DocumentId`.

    A name that fits already stays as it is. Any other loses what does not fit and gets a part of the SHA-256 of the
    whole name in front of its suffix, so that two names have two identifications: "Staff Handbook.pdf" becomes
    `staff-handbook-5268cff13585.pdf`. Folders in the name do not count. Raises `ValueError` for a name without any
    letter or digit.
    """
    name = base_name(file_name)
    if not any(character.isalnum() for character in name):
        raise ValueError(f"a file name needs a letter or a digit: {file_name!r}")
    plain = _plain(name)
    return plain if plain == name and len(plain) <= _LONGEST else _with_digest(plain, name)


def identification_of_source(url: str) -> str:
    """Return the identification for an address, always with a digest: `example.org-a-b-5268cff13585.html`."""
    parts = urlsplit(url)
    return _with_digest(_plain(f"{parts.hostname}{parts.path}"), url)


def base_name(file_name: str) -> str:
    """Return a file's name without its folders, its characters composed (NFC)."""
    return unicodedata.normalize("NFC", PurePosixPath(file_name.replace("\\", "/")).name)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9._]+", "-", name.lower()).strip("-._")


def _with_digest(plain: str, whole: str) -> str:
    stem, dot, suffix = plain.rpartition(".")
    if not dot or len(suffix) > _LONGEST_SUFFIX or "-" in suffix:
        stem, dot, suffix = plain, "", ""
    digest = sha256(whole.encode()).hexdigest()[:_DIGEST_CHARACTERS]
    return f"{stem[: _LONGEST - len(dot + suffix) - len(digest) - 1]}-{digest}{dot}{suffix}".lstrip("-._")
