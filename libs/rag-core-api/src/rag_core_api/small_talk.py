"""Messages that ask nothing: greetings, thanks, and what else people say to each other."""

import itertools
import re

from rag_core_api.language import Language

_WORD = re.compile(r"[^\W\d_]+")
_GREETING = frozenset(
    "hi hello hey moin servus hallo morning morgen abend tag guten gruß grüß gott good evening welcome".split()  # noqa: SIM905
)
_THANKS = frozenset(
    "thanks thank thx danke dank dankeschön merci cheers super great perfect perfekt prima toll lol haha".split()  # noqa: SIM905
)
_FAREWELL = frozenset("bye goodbye tschüss tschüß tschüs wiedersehen ciao night nacht".split())  # noqa: SIM905
_FILLERS = frozenset(
    """
    you very much so a lot many that this helps helped me it is was all for your help the and how are doing today there
    nice ok okay yes no got cool great everyone again have day weiter re s all folks together then now
    vielen ihnen dir euch sehr schön das hilft half mir für ihre deine hilfe die und wie geht es dir ja nein gut alles
    klar auf einen schönen noch war ist zusammen allerseits dann gute
    """.split()  # noqa: SIM905
)
_ASSENT = frozenset({"ok", "okay", "yes", "no", "ja", "nein", "nope", "yep", "doch"})
_CORE = _GREETING | _THANKS | _FAREWELL | _ASSENT
_GERMAN = frozenset(
    """
    danke dank dankeschön hallo moin servus guten gruß grüß tschüss tschüß tschüs wiedersehen nacht ja nein doch prima
    toll perfekt
    """.split()  # noqa: SIM905
)
_ABOUT = re.compile(
    r"(who|what) (are|is) you|what do you do|what can (you|i) (do|ask)( here)?( for me)?|how (are|do) you( do(ing)?)?"
    r"|are you (a |an )?(human|person|robot|bot|machine|computer|ai|real|there)"
    r"|(can|could|will) you (please )?help( me)?( please)?|what is your name|how do you work"
    r"|(wer|was) (bist du|sind sie)|was (kannst|machst) du|was (können|machen) sie|was kann ich( dich| sie)? fragen"
    r"|(bist du|sind sie) (ein |eine )?(mensch|person|roboter|bot|maschine|computer|ki|echt|da)"
    r"|(kannst du|können sie) (mir )?(bitte )?helfen|wie geht( e)?s( dir| ihnen)?|wie heißt du|wie heißen sie"
    r"|wie ist (dein|ihr) name|wie funktionierst du"
)
"""What is asked about the one who answers, after greetings."""
_MOST_WORDS = 10
_ANSWERS: dict[Language, dict[str, str]] = {
    "en": {
        "thanks": "You are welcome. Ask me anything about the documents.",
        "farewell": "Goodbye.",
        "greeting": "Hello. Ask me anything about the documents.",
        "assent": "Ask me anything about the documents.",
        "about": "I look for answers in the documents and show where they are written. Ask me anything about them.",
    },
    "de": {
        "thanks": "Gern geschehen. Fragen Sie mich etwas zu den Dokumenten.",
        "farewell": "Auf Wiedersehen.",
        "greeting": "Guten Tag. Fragen Sie mich etwas zu den Dokumenten.",
        "assent": "Fragen Sie mich etwas zu den Dokumenten.",
        "about": "Ich suche Antworten in den Dokumenten und zeige, wo sie dort stehen. Fragen Sie mich etwas dazu.",
    },
}


def reply(message: str, language: Language) -> str | None:
    """Return the answer to small talk, None for a message that asks something."""
    words = _WORD.findall(message.casefold())
    if not words or len(words) > _MOST_WORDS:
        return None
    said = set(words)
    own: Language = "de" if said & _GERMAN else language
    asked = " ".join(itertools.dropwhile(lambda word: word in _GREETING | {"there"}, words))
    if _ABOUT.fullmatch(re.sub(r" (today|heute|denn|eigentlich|so)(?= |$)", "", asked)):
        return _ANSWERS[own]["about"]
    if not said & _CORE or not all(word in _CORE or word in _FILLERS for word in words):
        return None
    kinds = {"thanks": _THANKS, "farewell": _FAREWELL, "greeting": _GREETING}
    kind = next((kind for kind, said_by in kinds.items() if said & said_by), "assent")
    return _ANSWERS[own][kind]
