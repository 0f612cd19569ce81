"""What a file is by its first bytes, whatever its name says."""

import io
import zipfile

from extractor_api_lib.errors import BrokenFileError

PDF, ZIP, OLD_OFFICE = "PDF", "ZIP archive", "old binary Office file or encrypted Office file"
# A PDF may have up to 1,024 bytes of something else in front (ISO 32000-1, annex H, note 13).
_PDF_WITHIN = 1024
_STARTS = (
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLD_OFFICE),
    (b"\x89PNG\r\n", "PNG picture"),
    (b"\xff\xd8\xff", "JPEG picture"),
    (b"GIF8", "GIF picture"),
    (b"II*\0", "TIFF picture"),
    (b"MM\0*", "TIFF picture"),
    (b"\x1f\x8b", "gzip file"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip archive"),
    (b"Rar!\x1a\x07", "RAR archive"),
    (b"BZh", "bzip2 file"),
    (b"\xfd7zXZ", "xz file"),
    (b"\x28\xb5\x2f\xfd", "Zstandard file"),
    (b"{\\rtf", "RTF document"),
    (b"\x7fELF", "executable"),
    (b"SQLite format 3\0", "SQLite database"),
)
_IN_ARCHIVE = (("word/", "DOCX"), ("xl/", "XLSX"), ("ppt/", "PPTX"), ("META-INF/container.xml", "EPUB"))
_OPEN_DOCUMENT_ENTRY = "content.xml"
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")


def kind_of(data: bytes) -> str | None:
    """Return what the file begins like, such as `DOCX` or `PNG picture`; None for text and the unknown."""
    for start, kind in _STARTS:
        if data.startswith(start):
            return _kind_of_archive(data) if kind == ZIP else kind
    return PDF if b"%PDF-" in data[:_PDF_WITHIN] else None


def refuse_other_kind(data: bytes, expected: str | None) -> None:
    """Raise `BrokenFileError` for a file that is known to be something else; `expected` is None for text formats."""
    kind = kind_of(data)
    if kind is None or kind == expected or (kind == ZIP and expected in {known for _, known in _IN_ARCHIVE}):
        # What is only a ZIP archive is left to the reader, which tells what it misses.
        return
    wanted = named(expected or "text file")
    if kind == OLD_OFFICE:
        if _ENCRYPTED_OFFICE in data:
            raise BrokenFileError("the file is encrypted")
        raise BrokenFileError(f"the file is not {wanted}: it is in the binary form that Office used until 2003")
    if kind == PDF and expected is None and not data.startswith(b"%PDF-"):
        # A text may well mention "%PDF-".
        return
    raise BrokenFileError(f"the file is not {wanted}; its content says {kind}")


def named(kind: str) -> str:
    """Return the name of a kind of file with its article."""
    return f"{'an' if kind[0] in 'EX' else 'a'} {kind}"


def _kind_of_archive(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except Exception:  # noqa: BLE001 (whatever is wrong with it, it is a damaged archive, which its reader explains)
        return ZIP
    for start, kind in _IN_ARCHIVE:
        if any(name.startswith(start) for name in names):
            return kind
    return "OpenDocument file" if _OPEN_DOCUMENT_ENTRY in names else ZIP
