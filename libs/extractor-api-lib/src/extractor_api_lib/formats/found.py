"""What the formats yield."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from extractor_api_lib.errors import BrokenFileError
from extractor_api_lib.models import PieceType

CELL_SEPARATOR = " | "
_ROWS_IN_A_PIECE = 50
_MOST_CHARACTERS_IN_A_PIECE = 20_000_000


@dataclass(frozen=True, slots=True)
class Found:
    """A paragraph, table or page; `page` counts from 1, `heading` is the level of a heading, from 1."""

    content: str
    type: PieceType = PieceType.TEXT
    page: int | None = None
    heading: int | None = None


def table_text(rows: list[list[str]]) -> str:
    """Return rows as lines of cells, white space within a cell made one blank; empty rows are left out."""
    lines = (CELL_SEPARATOR.join(" ".join(cell.split()) for cell in row) for row in rows if any(map(str.strip, row)))
    return "\n".join(lines)


def long_table(rows: Iterable[list[str]], page: int | None = None) -> Iterator[Found]:
    """Yield tables of up to 50 rows, each with the first row that is not empty on top, taken for the header."""
    header: list[str] | None = None
    body: list[list[str]] = []
    count = characters = 0
    for row in rows:
        if not any(map(str.strip, row)):
            continue
        # Cells may share one text, so that rows are far longer than the file that they come from.
        characters += sum(map(len, row))
        if characters > _MOST_CHARACTERS_IN_A_PIECE:
            raise BrokenFileError(
                f"{_ROWS_IN_A_PIECE} rows of a table hold more than {_MOST_CHARACTERS_IN_A_PIECE} characters"
            )
        if header is None:
            header = row
            continue
        body.append(row)
        if len(body) == _ROWS_IN_A_PIECE:
            yield Found(table_text([header, *body]), PieceType.TABLE, page)
            body, count, characters = [], count + 1, 0
    if header is not None and (body or not count):
        yield Found(table_text([header, *body]), PieceType.TABLE, page)
