"""Asides: sentences that say little themselves, since they caption something or send their reader elsewhere."""

import re

_CAPTION = re.compile(
    r"\W*((figure|table|listing|example|abbildung|tabelle|beispiel|abb\.|tab\.|fig\.)\s*[\dA-Z]"
    r"|(please )?(see|refer to|compare|cf\.)\b|(für .*)?(siehe|lesen sie|vgl\.|vergleiche)\b)",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(for|find) (more|further|additional) (information|details)\b|\bmore (information|details) (on|about|can)\b"
    r"|\bsee (section|also|the)\b|\b(is|are) described in\b|\bmanual page\b"
    r"|\bweitere (informationen|einzelheiten|hinweise)\b|\bmehr (informationen|darüber|dazu)\b|\blesen sie( bitte)?\b"
    r"|\bsiehe auch\b|\bhandbuchseite\b|(beschrieben|dokumentiert|erläutert)\.$",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[^\d.!?…:;]{1,24}")


def is_aside(text: str) -> bool:
    """Tell whether a sentence begins as a caption or as a reference to another place does."""
    return _CAPTION.match(text) is not None


def sends_elsewhere(text: str) -> bool:
    """Tell whether a text names the place where more is said."""
    return _ELSEWHERE.search(text) is not None


def is_label(text: str) -> bool:
    """Tell whether a text is a few words without a sentence or a figure, such as "Contents" in a menu."""
    return _LABEL.fullmatch(text) is not None
