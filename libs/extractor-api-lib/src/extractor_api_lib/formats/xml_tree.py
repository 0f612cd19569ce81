"""XML parts of archives, and sitemaps: parsed without document type definitions, so that no entity can grow.

An element takes some hundred bytes of memory, whatever it takes in the file, so the elements of a tree are counted.
"""

import io
import re
from collections.abc import Iterator
from typing import cast
from xml.etree import ElementTree as ET

from extractor_api_lib.errors import BrokenFileError

_MOST_ELEMENTS = 1_000_000
"""In memory at the same time; a book of 1,000 pages has about 300,000."""
_DEEPEST = 250
_BLOCK = 262_144
_DEFINITIONS = re.compile(rb"<!(DOCTYPE|ENTITY)")


def parse_xml(data: bytes, part: str) -> ET.Element:
    """Return the root of `data`; `part` is its name, for messages.

    Raises `BrokenFileError` for what is not well-formed, and for a document type definition: no format read here has
    one, and its entities could unpack to gigabytes.
    """
    _refuse_definitions(data, part)
    try:
        return _tree(data, part)
    except (ET.ParseError, ValueError, LookupError) as error:
        raise BrokenFileError(f"the file is damaged: {part} is not well-formed XML: {error}") from error


def _tree(data: bytes, part: str) -> ET.Element:
    root: ET.Element | None = None
    count = depth = 0
    parser: ET.XMLPullParser[ET.Element] = ET.XMLPullParser(("start", "end"))
    for place in range(0, len(data), _BLOCK):
        parser.feed(data[place : place + _BLOCK])
        if place + _BLOCK >= len(data):
            parser.close()
        for event, element in cast("Iterator[tuple[str, ET.Element]]", parser.read_events()):
            if event == "end":
                depth -= 1
                continue
            root = element if root is None else root
            count, depth = count + 1, depth + 1
            if count > _MOST_ELEMENTS:
                raise BrokenFileError(f"its part {part} has more elements than the limit of {_MOST_ELEMENTS}")
            if depth > _DEEPEST:
                raise BrokenFileError(f"the file nests its parts too deeply: the limit is {_DEEPEST} levels")
    if root is None:
        raise ET.ParseError("no element found")
    return root


def stream_xml(data: bytes, part: str, name: str) -> Iterator[ET.Element]:
    """Yield every element of that local name once it is complete, and forget it: for parts with millions of elements.

    Raises what `parse_xml` raises.
    """
    _refuse_definitions(data, part)
    try:
        parents: list[ET.Element] = []
        pending = 0
        for event, element in ET.iterparse(io.BytesIO(data), ("start", "end")):  # noqa: S314 (as above)
            if event == "start":
                parents.append(element)
                pending += 1
                if len(parents) > _DEEPEST:
                    raise BrokenFileError(f"the file nests its parts too deeply: the limit is {_DEEPEST} levels")
                if pending > _MOST_ELEMENTS:
                    raise BrokenFileError(f"its part {part} has more elements than the limit of {_MOST_ELEMENTS}")
                continue
            parents.pop()
            if local(element) == name:
                yield element
                if parents:
                    parents[-1].clear()
                    pending = 0
    except (ET.ParseError, ValueError, LookupError) as error:
        raise BrokenFileError(f"the file is damaged: {part} is not well-formed XML: {error}") from error


def _refuse_definitions(data: bytes, part: str) -> None:
    # In UTF-16 and UTF-32 zero bytes stand between the letters.
    if _DEFINITIONS.search(data.replace(b"\0", b"") if b"\0" in data else data):
        raise BrokenFileError(f"the file is refused: {part} defines XML entities or a document type")


def local(element: ET.Element) -> str:
    """Return the name of `element` without its namespace: one name for the strict and transitional forms of Office."""
    return element.tag.rpartition("}")[2]


def attribute(element: ET.Element, name: str) -> str | None:
    """Return the attribute of that name in whatever namespace, None when there is none."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return value
    return None


def first(element: ET.Element, name: str) -> ET.Element | None:
    """Return the first child of that local name."""
    return next((child for child in element if local(child) == name), None)
