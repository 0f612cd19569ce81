"""From a file's name to the identification of its document."""

import re
import unicodedata
from hashlib import sha256
from pathlib import PurePosixPath

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
    name = unicodedata.normalize("NFC", PurePosixPath(file_name.replace("\\", "/")).name)
    if not any(character.isalnum() for character in name):
        raise ValueError(f"a file name needs a letter or a digit: {file_name!r}")
    plain = re.sub(r"[^a-z0-9._]+", "-", name.lower()).strip("-._")
    if plain == name and len(plain) <= _LONGEST:
        return plain
    stem, dot, suffix = plain.rpartition(".")
    if not dot or len(suffix) > _LONGEST_SUFFIX:
        stem, dot, suffix = plain, "", ""
    digest = sha256(name.encode()).hexdigest()[:_DIGEST_CHARACTERS]
    return f"{stem[: _LONGEST - len(dot + suffix) - len(digest) - 1]}-{digest}{dot}{suffix}".lstrip("-._")
