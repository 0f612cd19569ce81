"""A citation of a whole passage, of which people see the beginning."""

from itertools import dropwhile

from rag_core_api.extractive_answer import shortened
from rag_core_api.headings import plain
from rag_core_api.piece_store import FoundPiece
from rag_core_lib.wire.chat import Citation

_EXCERPT_CHARACTERS = 500


def cited_passage(number: int, item: FoundPiece) -> Citation:
    """Return the citation; its excerpt leaves out the headings that the passage begins with, which it names anyway."""
    piece = item.piece
    known = {plain(heading) for heading in piece.headings}
    lines = piece.content.split("\n")
    text = "\n".join(dropwhile(lambda line: not line.strip() or plain(line) in known, lines))
    return Citation(
        number=number,
        document_id=item.document_id,
        source=piece.source,
        page=piece.page,
        position=piece.position,
        type=piece.type,
        score=item.score,
        excerpt=shortened(text or piece.content, _EXCERPT_CHARACTERS),
        headings=piece.headings,
    )
