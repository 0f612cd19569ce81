"""Whether the first row of a table without lines is its header, by how it is set: something has to set it apart."""

from collections.abc import Sequence
from itertools import dropwhile

from extractor_api_lib.formats.pdf_lines import Line


def looks_apart(rows: Sequence[Line]) -> bool:
    """Tell whether the first of rows is bold, in another font or size than all others, or has a rule under it.

    A rule under each of the rows, or bold letters in some rows below, tell nothing.
    """
    first, *others = rows
    if not others:
        return False
    below = list(dropwhile(lambda row: row.is_bold, others))
    if first.is_bold and below and 2 * sum(row.is_bold for row in below) < len(below):
        return True
    # The last row of a table has the rule at its end.
    if first.is_ruled and not any(row.is_ruled for row in others[:-1]):
        return True
    sizes, fonts = {row.size for row in others}, {row.font for row in others}
    return first.size not in sizes or (len(fonts) == 1 and first.font not in fonts)
