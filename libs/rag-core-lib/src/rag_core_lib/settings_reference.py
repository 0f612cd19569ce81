"""The settings of a service as data, from its settings classes: what its part of `docs/settings.md` is generated from.

`python -m rag_core_lib.settings_reference MODULE` writes `settings.json` beside the module, which has to have a tuple
`SETTINGS` with the classes that the service reads. A test of each service keeps the file true.
"""

import importlib
import json
import sys
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

FILE = "settings.json"

SettingsClasses = tuple[type[BaseSettings], ...]


def reference(classes: SettingsClasses) -> list[dict[str, Any]]:
    """Return each setting once, in the order of the classes and of their fields.

    Raises `ValueError` for one without a description, and for two of a name that say different things.
    """
    found: dict[str, dict[str, Any]] = {}
    for settings in classes:
        prefix = settings.model_config.get("env_prefix", "")
        for name, field in settings.model_fields.items():
            variable = f"{prefix}{name}".upper()
            if not field.description:
                raise ValueError(f"{settings.__name__}.{name} has no description")
            entry = {
                "name": variable,
                "value": _value(field),
                "default": _default(field),
                "description": field.description,
            }
            if found.setdefault(variable, entry) != entry:
                raise ValueError(f"{variable} means two things")
    return list(found.values())


def text_of(classes: SettingsClasses) -> str:
    """Return what belongs into `settings.json`."""
    return json.dumps(reference(classes), indent=2, ensure_ascii=False) + "\n"


def _value(field: FieldInfo) -> str:
    kind = _without_none(field.annotation)
    if get_origin(kind) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(kind))
    if get_origin(kind) is tuple:
        return "texts, joined by commas"
    if kind is bool:
        return "`true`, `false`"
    if kind in {int, float}:
        return "number" + _bounds(field)
    return {SecretStr: "secret", Path: "folder"}.get(kind, "text")


def _without_none(kind: Any) -> Any:  # noqa: ANN401 (an annotation is anything)
    if get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) in {Union, UnionType}:
        (kind,) = (part for part in get_args(kind) if part is not type(None))
    return kind


def _bounds(field: FieldInfo) -> str:
    kinds = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    limits = [(words, getattr(bound, name, None)) for bound in field.metadata for name, words in kinds.items()]
    words = [f"{kind} {limit}" for kind, limit in limits if limit is not None]
    return f", {', '.join(words)}" if words else ""


def _default(field: FieldInfo) -> str | None:
    """Return the default as an environment variable; None if it is not always the same."""
    value = field.default
    if field.is_required() or field.default_factory is not None or value is None or value == "":
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return ",".join(map(str, value))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return str(value)


def main() -> None:
    """Write the file of the module that is named."""
    module = importlib.import_module(sys.argv[1])
    if module.__file__ is None:
        raise SystemExit(f"{sys.argv[1]} is not a module with a file")
    Path(module.__file__).with_name(FILE).write_text(text_of(module.SETTINGS), "utf-8")


if __name__ == "__main__":
    main()
