"""What kind of answer a question wants, and whether a sentence has one of that kind."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rag_core_api.asked import Asked
from rag_core_api.terms import likeness, terms
from rag_core_api.windows import Sentence, Window

_AMOUNT = re.compile(
    r"\b(how (many|much|large|big|high|far|often)|what (size|number|percentage|amount)|maximum|minimum"
    r"|wie ?(viele?n?|oft|weit|groß|hoch|schnell)|höchstens|mindestens)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    # "Shows nothing when it is sourced" asks for no time.
    r"\b(how (long|old|soon|late|often)|(since|until|by) when|what (time|day|date)|which (day|time)|from which"
    r"|when (is|are|was|were|do|does|did|will|would|can|could|should|must|may|has|have)"
    r"|wann|wie ?(lange?|alt|spät|früh|oft)|welche[mnrs]? (tag|uhrzeit|frist|zeitraum))\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"\b(costs?|price|prices|fees?|charges?|expensive|paid|salary|salaries|wages?|kosten|kostet|preis|preise|teuer|gebühr|gebühren"
    r"|bezahlen|\w*gehalt|verdien(e|st|t|en))\b",
    re.IGNORECASE,
)
_PRICE = re.compile(
    r"\b(how (much|expensive)|what|wie ?(viel|hoch|teuer)|was|welche[nrs]?)\b.*"
    r"\b(costs?|prices?|fees?|salary|salaries|wages?|earns?|kosten|kostet|preise?|gebühr(en)?|\w*gehalt|verdien(e|st|t|en))\b",
    re.IGNORECASE,
)
"""A sum of money is asked for, which no other number answers."""
_CONTACT = re.compile(
    r"\b((tele)?phone|fax|mobile) numbers?\b|\be-?mail address(es)?\b|\b(telefon|ruf|fax|handy)nummern?\b"
    r"|\be-?mail-?adressen?\b",
    re.IGNORECASE,
)
_REACHED_AT = re.compile(r"(?<![\w.])(\+\d|\(?0\d)[\d ()/–-]{4,}\d\b|\b\d{3,5}[ /-]\d{3,}\b|[\w.+-]+@[\w-]+\.\w")  # noqa: RUF001
_NAME = re.compile(
    r"\b(which|what) (\w+ )?(file|folder|directory|command|program|tool|option|parameter|package|setting|variable|path"
    r"|address|format)s?\b"
    r"|\bwelche[mnrs]? (\w+ )?(datei|ordner|verzeichnis|befehl|programm|werkzeug|option|parameter|paket|einstellung"
    r"|variable|pfad|eintr[aä]g|adresse|format)\w*|\bwomit\b",
    re.IGNORECASE,
)
_WAY = re.compile(
    r"^\W*how (do|can|should|could|to)\b|\bwie (\w+ )?(ich|man|kann|muss|soll|lässt|wird|werden)\b", re.IGNORECASE
)
_DEFINITION = re.compile(
    r"^\W*(what|who) (is|are|was|were) |\bwhat does .* (mean|do|stand for)|\bdefin"
    r"|^\W*(was|wer) (ist|sind|war|bedeutet|heißt|macht|tut) |\bwas (versteht|bedeutet)|\bwofür steht"
    r"|^\W*(wofür|wozu) (ist|sind|dient|dienen|brauch)",
    re.IGNORECASE,
)
_REASON = re.compile(r"\b(why|warum|wieso|weshalb)\b", re.IGNORECASE)

_WORD_NUMBER = (
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|once|twice|both|none|several"
    r"|eins?|eine[mnrs]?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|halbe[nrs]?|einmal|zweimal|dreimal"
)
_NUMBER = re.compile(
    rf"(?<![\w.(/-])(?:[<>≥≤~]?\d[\d.,:]*(?:st|nd|rd|th)?%?|(?:{_WORD_NUMBER})\b)(?!\w|\))", re.IGNORECASE
)
_ENUMERATION = re.compile(r"^\W*\(?\d{1,3}(?:\.\d+)*[.)]?\s+(?=\D)|\w+\(\d\w?\)")
"""The number of an item, of a heading, or of a section of the manual."""
_UNITS_OF_TIME = re.compile(
    r"\b(seconds?|minutes?|hours?|days?|weeks?|months?|years?|o'clock|am|pm|noon|midnight|daily|weekly|monthly|yearly"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|august"
    r"|september|october|november|december"
    r"|sekunden?|minuten?|stunden?|tage?[ns]?|wochen?|monate?[ns]?|jahre?[ns]?|uhr|täglich|wöchentlich|monatlich|jährlich"
    r"|montags?|dienstags?|mittwochs?|donnerstags?|freitags?|samstags?|sonntags?|januar|februar|märz|mai|juni|juli"
    r"|oktober|dezember|werktage?n?)\b",
    re.IGNORECASE,
)
_CURRENCY = re.compile(
    r"[$€£]|\b(pounds?|pence|dollars?|cents?|euros?|eur|usd|gbp|chf|franken|gratis|kostenlos|kostenfrei)\b"
    # "Free software" has no price in it.
    r"|\bfree(?=\W*$|[.,;:!?)]| of charge| for| until| on| admission| entry)",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"(?<![\w/])(/[a-z]\w*(/[\w.-]+)*|--?[a-z][\w-]+|[a-z]\w*_\w+|\w+\.(conf|cfg|d|sh|txt|ini|html?)\b|\w+\(\d\)|[\w.-]+@[\w.-]+)"
    r"|^[$#>] ?\S",
    re.IGNORECASE,
)
_DEFINES = re.compile(
    r":|\s[–—-]\s|\s(?:is|are|was|means|stands for|refers to|contains|serves|ist|sind|bedeutet|bezeichnet|heißt"  # noqa: RUF001
    r"|steht für|dient|enthält)\s",
    re.IGNORECASE,
)
_BECAUSE = re.compile(r"\b(because|since|therefore|reason|so that|due to|weil|da|denn|deshalb|daher|Grund|damit)\b")
_LONGEST_TERM = 8
"""Words before the mark of a definition."""
_NAMED = 0.4
"""Part of what is asked that the beginning of a definition names."""
_COUNTED = 4
"""Words between a number and what it counts, at most."""
_LIKE = 0.5


@dataclass(frozen=True, slots=True)
class KindWeights:
    """What a window gains that has the kind of answer that is asked for."""

    number: float = 1.2
    """A number, where an amount is asked for."""
    counted: float = 1.5
    """A number of what was asked."""
    time: float = 1.35
    """A time or a span of time."""
    money: float = 1.35
    """A price."""
    name: float = 1.2
    """The name of a file, a command or an option."""
    way: float = 1.1
    """The same where a way to do something is asked for."""
    definition: float = 1.4
    """What something is."""
    reason: float = 1.15
    """A reason."""


KIND_WEIGHTS = KindWeights()


class AnswerKind:
    """The kinds of answer that a question wants."""

    def __init__(self, asked: Asked, weights: KindWeights = KIND_WEIGHTS) -> None:
        self._asked = asked
        self._weights = weights
        kinds: Sequence[tuple[re.Pattern[str], Callable[[Sentence], float]]] = (
            (_AMOUNT, self._amount),
            (_TIME, self._time),
            (_MONEY, self._money),
            (_NAME, lambda sentence: weights.name if _CODE.search(sentence.text) else 1.0),
            (_WAY, lambda sentence: weights.way if _CODE.search(sentence.text) else 1.0),
            (_REASON, lambda sentence: weights.reason if _BECAUSE.search(sentence.text) else 1.0),
        )
        self._kinds = [gain for pattern, gain in kinds if pattern.search(asked.question)]
        figures = {_AMOUNT: self._amount, _TIME: self._time}
        self._figures = [gain for pattern, gain in figures.items() if pattern.search(asked.question)]
        wanted = {_PRICE: _CURRENCY, _CONTACT: _REACHED_AT}
        self._wanted = [pattern for kind, pattern in wanted.items() if kind.search(asked.question)]
        self._is_definition = _DEFINITION.search(asked.question) is not None

    def gain(self, window: Window) -> float:
        """Return by how much a window is likelier to be the answer for having one of the kind that is asked for."""
        best = max((gain(sentence) for sentence in window.sentences for gain in self._kinds), default=1.0)
        if self._is_definition and self._defines(window.sentences[0]):
            best *= self._weights.definition
        return best

    def is_unmet(self, windows: Iterable[Window]) -> bool:
        """Tell whether an amount, a time, a price or an address is asked for and none of the windows has one."""
        looked_at = list(windows)
        if self._wanted:
            # The currency of a table may stand in its header, or above it.
            said = ["\n".join([*window.source.found.piece.headings, window.text]) for window in looked_at]
            return not any(pattern.search(text) for text in said for pattern in self._wanted)
        sentences = [sentence for window in looked_at for sentence in window.sentences]
        return bool(self._figures) and not any(gain(s) > 1 for s in sentences for gain in self._figures)

    def _amount(self, sentence: Sentence) -> float:
        text = _ENUMERATION.sub(" ", sentence.text)
        best = 1.0
        for number in _NUMBER.finditer(text):
            counted = terms(" ".join(text[number.end() :].split()[:_COUNTED]))
            is_counted = any(likeness(asked.text, term) >= _LIKE for asked in self._asked.terms for term in counted)
            best = max(best, self._weights.counted if is_counted else self._weights.number)
        return best

    def _time(self, sentence: Sentence) -> float:
        text = _ENUMERATION.sub(" ", sentence.text)
        return self._weights.time if _UNITS_OF_TIME.search(text) else 1.0

    def _money(self, sentence: Sentence) -> float:
        return self._weights.money if _CURRENCY.search(sentence.text) else 1.0

    def _defines(self, sentence: Sentence) -> bool:
        """Tell whether a sentence begins with what is asked and says what that is."""
        mark = _DEFINES.search(sentence.text)
        beginning = sentence.text[: mark.start()] if mark else ""
        if not beginning or len(beginning.split()) > _LONGEST_TERM:
            return False
        named = self._asked.likenesses(frozenset(terms(beginning)))
        return self._asked.share(named) >= _NAMED
