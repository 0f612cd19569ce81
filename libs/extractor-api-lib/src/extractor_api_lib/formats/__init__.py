"""The formats that can be read: a module for each, found by the suffix of a file's name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from extractor_api_lib.errors import UnsupportedTypeError
from extractor_api_lib.formats import csv_table, html_page, markdown_text, pdf_document, plain_text, word_document
from extractor_api_lib.formats.found import Found
from extractor_api_lib.settings import ExtractorSettings


@dataclass(frozen=True, slots=True)
class Format:
    """A media type with the suffixes that tell it and the function that reads it.

    `read` raises `BrokenFileError` for a file that is not of the format.
    """

    media_type: str
    suffixes: tuple[str, ...]
    read: Callable[[bytes, ExtractorSettings], Iterable[Found]]


FORMATS = (
    Format("application/pdf", (".pdf",), pdf_document.read),
    Format("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",), word_document.read),
    Format("text/csv", (".csv",), csv_table.read),
    Format("text/html", (".html", ".htm"), html_page.read),
    Format("text/markdown", (".md", ".markdown"), markdown_text.read),
    Format("text/plain", (".txt", ".text"), plain_text.read),
)


def format_of(file_name: str) -> Format:
    """Return the format for a file's name; raises `UnsupportedTypeError`, which lists the known suffixes."""
    for known in FORMATS:
        if file_name.lower().endswith(known.suffixes):
            return known
    suffixes = ", ".join(suffix for known in FORMATS for suffix in known.suffixes)
    raise UnsupportedTypeError(f"{file_name}: unknown type of file; known are {suffixes}")
