"""What the formats yield."""

from dataclasses import dataclass

from extractor_api_lib.models import PieceType

CELL_SEPARATOR = " | "


@dataclass(frozen=True, slots=True)
class Found:
    """A paragraph, table or page; `page` counts from 1."""

    content: str
    type: PieceType = PieceType.TEXT
    page: int | None = None


def table_text(rows: list[list[str]]) -> str:
    """Return rows as lines of cells, white space within a cell made one blank; empty rows are left out."""
    lines = (CELL_SEPARATOR.join(" ".join(cell.split()) for cell in row) for row in rows if any(map(str.strip, row)))
    return "\n".join(lines)
