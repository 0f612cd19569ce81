import pytest
from pydantic import ValidationError

from rag_core_lib.settings import RetrySettings, ServiceSettings


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    monkeypatch.setenv("HTTP_RETRIES", "7")

    assert ServiceSettings().log_level == "DEBUG"
    assert RetrySettings().retries == 7


def test_an_empty_variable_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "")

    assert ServiceSettings().log_level == "INFO"


def test_a_value_that_does_not_fit_names_its_field(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_TIMEOUT_SECONDS", "-1")

    with pytest.raises(ValidationError, match="timeout_seconds"):
        RetrySettings()
