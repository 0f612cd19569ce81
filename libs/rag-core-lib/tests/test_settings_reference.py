from pathlib import Path
from typing import Literal

import pytest
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from rag_core_lib.settings_reference import reference


class _Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="DEMO_")

    url: str | None = Field(default=None, description="Where it is")
    key: SecretStr | None = Field(default=None, description="What it takes")
    mode: Literal["on", "off"] = Field(default="on", description="Whether")
    seconds: float = Field(default=30.0, gt=0, description="How long")
    times: int = Field(default=3, ge=0, le=10, description="How often")
    folder: Path = Field(default=Path("state/x"), description="Where it is kept")
    is_open: bool = Field(default=False, description="For whom")
    workers: int = Field(default_factory=lambda: 7, ge=1, description="How many")
    hosts: tuple[str, ...] = Field(default=("a", "b"), description="Which")


def test_every_setting_has_its_variable_its_values_and_its_default() -> None:
    found = [(entry["name"], entry["value"], entry["default"]) for entry in reference((_Settings,))]

    assert found == [
        ("DEMO_URL", "text", None),
        ("DEMO_KEY", "secret", None),
        ("DEMO_MODE", "`on`, `off`", "on"),
        ("DEMO_SECONDS", "number, more than 0", "30"),
        ("DEMO_TIMES", "number, at least 0, at most 10", "3"),
        ("DEMO_FOLDER", "folder", "state/x"),
        ("DEMO_IS_OPEN", "`true`, `false`", "false"),
        ("DEMO_WORKERS", "number, at least 1", None),
        ("DEMO_HOSTS", "texts, joined by commas", "a,b"),
    ]


def test_a_setting_without_a_description_is_an_error() -> None:
    class Silent(BaseSettings):
        url: str = ""

    with pytest.raises(ValueError, match=r"Silent\.url has no description"):
        reference((Silent,))


def test_a_name_means_one_thing() -> None:
    class Other(BaseSettings):
        demo_url: str | None = Field(default=None, description="Something else")

    assert len(reference((_Settings, _Settings))) == 9
    with pytest.raises(ValueError, match="DEMO_URL means two things"):
        reference((_Settings, Other))
