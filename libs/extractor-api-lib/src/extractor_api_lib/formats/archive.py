"""ZIP archives, which DOCX, PPTX, XLSX and EPUB files are, read within bounds."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from extractor_api_lib.errors import BrokenFileError
from extractor_api_lib.settings import ExtractorSettings
from extractor_api_lib.signatures import named

_MOST_ENTRIES = 20_000
_ENCRYPTED_FLAG = 1
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError)


class Archive:
    """An archive that does not unpack to more than the settings allow.

    `zipfile` reads no more of an entry than its directory says, so the sum of these sizes is a sound bound.
    """

    def __init__(self, data: bytes, kind: str, settings: ExtractorSettings) -> None:
        """Open `data`; `kind` is what the file should be, for messages. Raises `BrokenFileError`."""
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _ZIP_ERRORS as error:
            raise BrokenFileError(f"the file is not {named(kind)}: {str(error).lower()}") from error
        entries = self._zip.infolist()
        if len(entries) > _MOST_ENTRIES:
            raise BrokenFileError(f"the file holds {len(entries)} parts; the limit is {_MOST_ENTRIES}")
        unpacked = sum(entry.file_size for entry in entries)
        if unpacked > settings.max_unpacked_bytes:
            raise BrokenFileError(f"the file unpacks to {unpacked} bytes; the limit is {settings.max_unpacked_bytes}")
        if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries):
            raise BrokenFileError("the file is encrypted")
        self._names = frozenset(entry.filename for entry in entries)
        self._most = settings.max_part_bytes

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._names))

    def read(self, name: str) -> bytes:
        """Return the bytes of a part; raises `BrokenFileError` when it is missing, too large or damaged."""
        if name not in self._names:
            raise BrokenFileError(f"the file is damaged: its part {name} is missing")
        size = self._zip.getinfo(name).file_size
        if size > self._most:
            raise BrokenFileError(f"its part {name} unpacks to {size} bytes; the limit is {self._most}")
        try:
            return self._zip.read(name)
        except _ZIP_ERRORS as error:
            raise BrokenFileError(f"the file is damaged: its part {name} cannot be unpacked: {error}") from error
