"""MDX: Markdown with components. Nothing of its code is run."""

import re
from collections.abc import Iterator

from extractor_api_lib.formats.found import Found
from extractor_api_lib.formats.markdown_text import blocks
from extractor_api_lib.formats.text_encoding import decode
from extractor_api_lib.settings import ExtractorSettings

_CODE = re.compile(r"^(```+|~~~+)[^\n]*\n.*?^\1[ \t]*$", re.DOTALL | re.MULTILINE)
_MODULE = re.compile(r"^(?:import|export)\b[^\n]*(?:\n(?![ \t]*\n)[^\n]*)*", re.MULTILINE)
_COMMENT = re.compile(r"\{/\*.*?\*/\}", re.DOTALL)
_TAG = re.compile(
    r"</?(?:[A-Z][\w.]*|(?=>))(?:\s+(?:[^<>{}\"']|\"[^\"]*\"|'[^']*'|\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})*)?/?>"
)
_SAID = re.compile(r"""\b(?:title|label|caption|alt|description)=(?:"([^"]*)"|'([^']*)')""")


def read(data: bytes, _settings: ExtractorSettings) -> Iterator[Found]:
    """Yield what Markdown yields; of components their content, and what is said in `title`, `label` and the like."""
    text = decode(data)
    parts: list[str] = []
    end = 0
    for code in _CODE.finditer(text):
        parts += [_without_components(text[end : code.start()]), code[0]]
        end = code.end()
    parts.append(_without_components(text[end:]))
    yield from blocks("".join(parts))


def _without_components(text: str) -> str:
    text = _COMMENT.sub("", _MODULE.sub("", text))
    return _TAG.sub(_said, text)


def _said(tag: re.Match[str]) -> str:
    """Return the words of a tag as a paragraph of their own; what is between tags then is Markdown again."""
    words = [one or other for one, other in _SAID.findall(tag[0])]
    return "\n\n" + "\n\n".join(words) + "\n\n" if words else "\n\n" if tag[0][1:2].isupper() else "\n"
