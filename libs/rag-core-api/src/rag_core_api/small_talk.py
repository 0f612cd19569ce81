"""Messages that ask nothing: greetings, thanks, and what else people say to each other."""

import re

from rag_core_api.language import Language

_WORD = re.compile(r"[^\W\d_]+")
_GREETING = frozenset(
    "hi hello hey moin servus hallo morning morgen abend tag guten gruß grüß gott good evening".split()  # noqa: SIM905
)
_THANKS = frozenset(
    "thanks thank thx danke dank dankeschön merci cheers super great perfect perfekt prima toll".split()  # noqa: SIM905
)
_FAREWELL = frozenset("bye goodbye tschüss tschüß wiedersehen ciao".split())  # noqa: SIM905
_FILLERS = frozenset(
    """
    you very much so a lot many that this helps helped me it is was all for your help the and how are doing today there
    nice ok okay yes no got cool great everyone again have day weiter
    vielen ihnen dir euch sehr schön das hilft half mir für ihre deine hilfe die und wie geht es dir ja nein gut alles
    klar auf einen schönen noch war ist
    """.split()  # noqa: SIM905
)
_CORE = _GREETING | _THANKS | _FAREWELL | {"ok", "okay"}
_MOST_WORDS = 10
_ANSWERS: dict[Language, dict[str, str]] = {
    "en": {
        "thanks": "You are welcome. Ask me anything about the documents.",
        "farewell": "Goodbye.",
        "greeting": "Hello. Ask me anything about the documents.",
    },
    "de": {
        "thanks": "Gern geschehen. Fragen Sie mich etwas zu den Dokumenten.",
        "farewell": "Auf Wiedersehen.",
        "greeting": "Guten Tag. Fragen Sie mich etwas zu den Dokumenten.",
    },
}


def reply(message: str, language: Language) -> str | None:
    """Return the answer to small talk, None for a message that asks something."""
    words = _WORD.findall(message.casefold())
    if not words or len(words) > _MOST_WORDS or not all(word in _CORE or word in _FILLERS for word in words):
        return None
    said = set(words)
    if not said & _CORE:
        return None
    kind = "thanks" if said & _THANKS else "farewell" if said & _FAREWELL else "greeting"
    return _ANSWERS[language][kind]
