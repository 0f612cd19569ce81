"""Office packages (ECMA-376, part 2): parts in a ZIP archive, joined by relations."""

import posixpath
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from extractor_api_lib.errors import BrokenFileError
from extractor_api_lib.formats.archive import Archive
from extractor_api_lib.formats.xml_tree import local, parse_xml
from extractor_api_lib.settings import ExtractorSettings


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part points to: the last word of the relation's type, and the target as a path in the archive."""

    kind: str
    target: str


class OfficePackage:
    """A package with its main part, such as `word/document.xml`. Every method raises `BrokenFileError`."""

    def __init__(self, data: bytes, kind: str, settings: ExtractorSettings) -> None:
        self._archive = Archive(data, kind, settings)
        if "_rels/.rels" not in self._archive:
            raise BrokenFileError(f"the file is not a readable {kind}: it is a ZIP archive without _rels/.rels")
        mains = [item.target for item in self.relations("").values() if item.kind == "officeDocument"]
        if not mains:
            raise BrokenFileError(f"the file is not a readable {kind}: it names no main part")
        self.main_part = mains[0]

    def __contains__(self, part: str) -> bool:
        return part in self._archive

    def tree(self, part: str) -> ET.Element:
        """Return the root element of a part."""
        return parse_xml(self._archive.read(part), part)

    def read(self, part: str) -> bytes:
        """Return the bytes of a part."""
        return self._archive.read(part)

    def relations(self, part: str) -> dict[str, Relation]:
        """Return the relations of a part by their id; of the package itself for an empty name."""
        folder, name = posixpath.split(part)
        source = posixpath.join(folder, "_rels", f"{name}.rels")
        if source not in self._archive:
            return {}
        found: dict[str, Relation] = {}
        for item in self.tree(source):
            if local(item) != "Relationship" or item.get("TargetMode") == "External":
                continue
            target = posixpath.normpath(posixpath.join("/", folder, item.get("Target", ""))).lstrip("/")
            found[item.get("Id", "")] = Relation(item.get("Type", "").rpartition("/")[2], target)
        return found
