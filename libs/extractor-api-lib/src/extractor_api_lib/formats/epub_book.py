"""EPUB 2 and 3 (https://www.w3.org/TR/epub-33/): XHTML pages in a ZIP archive, in the order of the spine."""

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote

from extractor_api_lib.errors import BrokenFileError
from extractor_api_lib.formats import html_page
from extractor_api_lib.formats.archive import Archive
from extractor_api_lib.formats.found import Found
from extractor_api_lib.formats.xml_tree import local, parse_xml
from extractor_api_lib.settings import ExtractorSettings

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
# Fonts are scrambled without keeping a reader from the text (EPUB 3.3, section 4.4).
_FONT_SCRAMBLING = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_PAGES = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml"})


def read(data: bytes, settings: ExtractorSettings) -> Iterator[Found]:
    """Yield the blocks of text and the tables of all chapters; an EPUB has no pages before it is laid out."""
    archive = Archive(data, "EPUB", settings)
    if _CONTAINER not in archive:
        raise BrokenFileError(f"the file is not a readable EPUB: it is a ZIP archive without {_CONTAINER}")
    _refuse_encryption(archive)
    chapters = _spine(archive)
    if len(chapters) > settings.max_pages:
        raise BrokenFileError(f"the file has {len(chapters)} chapters; the limit is {settings.max_pages}")
    for chapter in chapters:
        yield from html_page.read(archive.read(chapter), settings)


def _refuse_encryption(archive: Archive) -> None:
    if _ENCRYPTION not in archive:
        return
    for item in parse_xml(archive.read(_ENCRYPTION), _ENCRYPTION).iter():
        if local(item) == "EncryptionMethod" and item.get("Algorithm") not in _FONT_SCRAMBLING:
            raise BrokenFileError("the file is encrypted")


def _spine(archive: Archive) -> list[str]:
    """Return the paths of the chapters in reading order."""
    root_files = [item for item in parse_xml(archive.read(_CONTAINER), _CONTAINER).iter() if local(item) == "rootfile"]
    if not root_files:
        raise BrokenFileError(f"the file is not a readable EPUB: {_CONTAINER} names no package")
    path = root_files[0].get("full-path", "")
    package = list(parse_xml(archive.read(path), path).iter())
    pages = {
        item.get("id"): item.get("href", "")
        for item in package
        if local(item) == "item" and item.get("media-type") in _PAGES
    }
    folder = posixpath.dirname(path)
    wanted = [pages[item.get("idref")] for item in package if local(item) == "itemref" and item.get("idref") in pages]
    if not wanted:
        raise BrokenFileError("the file is not a readable EPUB: its spine names no chapter")
    # A chapter that is named twice is read once, so that a small file cannot become a large text.
    return list(dict.fromkeys(posixpath.normpath(posixpath.join(folder, unquote(href))) for href in wanted))
