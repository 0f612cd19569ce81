"""Typing errors: the indexed terms that a word may have been meant as."""

from collections.abc import Iterable

_LETTERS = "abcdefghijklmnopqrstuvwxyzß"
_LEAST_LETTERS = 4
"""Shorter words are too near to too many others."""
_LEAST_IN_NAME = 6
_LEAST_FOR_ANOTHER = 7
"""In shorter words a different letter usually makes a different word; a missing or swapped one does not."""
_LEAST_FOR_TWO = 9
_SAME_START = 3
"""Letters that two words with two edits have to begin with."""


def may_be_misspelt(term: str) -> bool:
    """Tell whether a term is a word that can be corrected: numbers and names of a few letters are taken as they are."""
    letters = sum(letter.isalpha() for letter in term)
    return letters >= _LEAST_LETTERS and (letters == len(term) or (letters >= _LEAST_IN_NAME and term.isalnum()))


def within_one_edit(term: str) -> set[str]:
    """Return what one letter more, less, or different makes of a term, and two neighbouring letters swapped."""
    splits = [(term[:place], term[place:]) for place in range(len(term) + 1)]
    found = {left + right[1:] for left, right in splits if right}
    found |= {left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1}
    found |= {left + letter + right[1:] for left, right in splits if right for letter in _LETTERS}
    found |= {left + letter + right for left, right in splits for letter in _LETTERS}
    return found - {term}


def nearest(term: str, known: Iterable[str]) -> list[str]:
    """Return those of `known` that differ by the fewest edits: one, or two in long words; none otherwise."""
    most = 2 if len(term) >= _LEAST_FOR_TWO else 1
    by_distance: dict[int, list[str]] = {}
    for other in known:
        if abs(len(other) - len(term)) <= most and other[:1] == term[:1] and other.isalnum():
            edits = distance(term, other, most)
            is_other_letter = edits == 1 and len(term) == len(other) and sorted(term) != sorted(other)
            if is_other_letter and len(term) < _LEAST_FOR_ANOTHER:
                continue
            if edits > 1 and term[:_SAME_START] != other[:_SAME_START]:
                continue
            by_distance.setdefault(edits, []).append(other)
    return by_distance[best] if by_distance and (best := min(by_distance)) <= most else []


def distance(one: str, other: str, most: int) -> int:
    """Return the edits between two words, swapped neighbours as one, or `most` + 1 when there are more.

    Optimal string alignment, by dynamic programming over the shorter of both.
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        current = [row]
        for column, twin in enumerate(other, start=1):
            cost = min(last[column] + 1, current[-1] + 1, last[column - 1] + (letter != twin))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == twin:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > most:
            return most + 1
        before, last = last, current
    return min(last[-1], most + 1)
