"""Sentences of English and German text."""

import re

_END = re.compile(r"[.!?…]+[\"'”“’»)\]]*\s+(?=[\"'„“‚»(\[]*[A-ZÄÖÜ0-9À-Þ])")  # noqa: RUF001
_ABBREVIATIONS = frozenset(
    # English, then German; without their last full stop, in small letters.
    """
    dr mr mrs ms prof st vs etc e.g i.e cf fig figs no nos p pp vol ch sec sect eq ed eds approx inc ltd co jr sr al
    resp dept est incl excl max min u.s
    z.b d.h u.a u.ä o.ä o.g s.o s.u i.d.r i.a u.u ggf bzw usw bspw vgl evtl inkl exkl zzgl abs art nr abb tab kap bd
    hr fr hrsg geb tel str ca jh jhd mio mrd mind sog gem lt ff
    """.split()  # noqa: SIM905
)
_LAST_WORD = re.compile(r"[(\[\"'„“]*([^\s(\[\"'„“]+)$")
_MONTH_OR_NOUN = re.compile(r"[A-ZÄÖÜ][a-zäöüß]+")
_ORDINAL = re.compile(r"\d{1,2}")
_MONTHS = frozenset("januar februar märz april mai juni juli august september oktober november dezember".split())  # noqa: SIM905


def sentences(text: str) -> list[str]:
    """Return the sentences of a paragraph in their order, each as it stands there, without the blanks around it.

    A full stop of an abbreviation, of an initial or of a German ordinal before a month is no end. What follows an
    end begins with a capital letter or a digit.
    """
    found: list[str] = []
    start = 0
    for match in _END.finditer(text):
        if _is_end(text, start, match):
            found.append(text[start : match.end()].strip())
            start = match.end()
    if rest := text[start:].strip():
        found.append(rest)
    return found


def _is_end(text: str, start: int, match: re.Match[str]) -> bool:
    if not match[0].startswith(".") or match[0].startswith(".."):
        return True
    last = _LAST_WORD.search(text, start, match.start())
    if last is None:
        return True
    word = last[1].lower()
    if word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha()):
        return False
    if _ORDINAL.fullmatch(word):
        following = _MONTH_OR_NOUN.match(text, match.end())
        # A number at the very beginning is that of a list or a heading.
        return (following is None or following[0].lower() not in _MONTHS) and text[
            start : match.start()
        ].strip() != word
    return True
