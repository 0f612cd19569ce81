"""The formats that can be read: a module for each, found by the suffix of a file's name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from extractor_api_lib.errors import UnsupportedTypeError
from extractor_api_lib.formats import (
    asciidoc_text,
    csv_table,
    epub_book,
    html_page,
    mail_message,
    markdown_text,
    mdx_text,
    pdf_document,
    plain_text,
    slide_deck,
    spreadsheet,
    word_document,
    xml_document,
)
from extractor_api_lib.formats.found import Found
from extractor_api_lib.settings import ExtractorSettings

_OFFICE = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True, slots=True)
class Format:
    """A media type with the suffixes that tell it and the function that reads it.

    `signature` is what `signatures.kind_of` says of such a file, None for text. `read` raises `BrokenFileError` for a
    file that is not of the format.
    """

    media_type: str
    suffixes: tuple[str, ...]
    signature: str | None
    read: Callable[[bytes, ExtractorSettings], Iterable[Found]]
    other_media_types: tuple[str, ...] = ()


FORMATS = (
    Format("application/pdf", (".pdf",), "PDF", pdf_document.read),
    Format(f"{_OFFICE}wordprocessingml.document", (".docx",), "DOCX", word_document.read),
    Format(f"{_OFFICE}presentationml.presentation", (".pptx",), "PPTX", slide_deck.read),
    Format(f"{_OFFICE}spreadsheetml.sheet", (".xlsx",), "XLSX", spreadsheet.read),
    Format("application/epub+zip", (".epub",), "EPUB", epub_book.read),
    Format("text/csv", (".csv",), None, csv_table.read),
    Format("text/html", (".html", ".htm", ".xhtml"), None, html_page.read, ("application/xhtml+xml",)),
    Format("text/markdown", (".md", ".markdown"), None, markdown_text.read),
    Format("text/mdx", (".mdx",), None, mdx_text.read),
    Format("text/asciidoc", (".adoc", ".asciidoc", ".asc"), None, asciidoc_text.read),
    Format("application/xml", (".xml", ".dita", ".ditamap", ".dbk"), None, xml_document.read, ("text/xml",)),
    Format("message/rfc822", (".eml",), None, mail_message.read),
    Format("text/plain", (".txt", ".text"), None, plain_text.read),
)


def format_of(file_name: str) -> Format:
    """Return the format for a file's name; raises `UnsupportedTypeError`, which lists the known suffixes."""
    for known in FORMATS:
        if file_name.lower().endswith(known.suffixes):
            return known
    suffixes = ", ".join(suffix for known in FORMATS for suffix in known.suffixes)
    raise UnsupportedTypeError(f"{file_name}: unknown type of file; known are {suffixes}")


def format_of_media_type(media_type: str) -> Format | None:
    """Return the format for a media type without parameters, None when it is not known."""
    for known in FORMATS:
        if media_type.lower() in (known.media_type, *known.other_media_types):
            return known
    return None
