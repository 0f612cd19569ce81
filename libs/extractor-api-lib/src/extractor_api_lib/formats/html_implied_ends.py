"""Elements whose end a page may leave out (HTML, section 13.1.2.4), and what ends them."""

from collections.abc import Sequence

_ENDED_BY = {
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "li": frozenset({"li"}),
}
"""The elements that the start of one ends, when they are open in the same list."""
_ENDS_PARAGRAPH = frozenset(
    "address article aside blockquote details dd dir div dl dt fieldset figcaption figure footer form "  # noqa: SIM905
    "h1 h2 h3 h4 h5 h6 header hr li main menu nav ol p pre section table ul".split()
)
_HOLDS = frozenset(
    "applet article aside blockquote body button caption center details dialog div dl fieldset figure "  # noqa: SIM905
    "footer form header html main marquee menu nav object ol section table td template th ul".split()
)
"""What is open outside of one of these does not end inside of it."""
DEEPEST = 64
"""Open elements that are looked through, so that the time for unended elements does not grow with their square."""


def ended_by(tag: str, is_open: Sequence[str]) -> list[str]:
    """Return the open elements that the start of `tag` ends, though their end tags are missing, the innermost first."""
    ended: list[str] = []
    for names in (
        frozenset({"p"}) if tag in _ENDS_PARAGRAPH else frozenset[str](),
        _ENDED_BY.get(tag, frozenset[str]()),
    ):
        for name in reversed(is_open):
            if name in names:
                ended.append(name)
                break
            if name in _HOLDS:
                break
    return ended
