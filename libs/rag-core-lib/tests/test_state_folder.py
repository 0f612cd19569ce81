from pathlib import Path

import pytest

from rag_core_lib.state_folder import StateUnavailableError, open_state_folder


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"

    assert open_state_folder(folder) == folder
    assert folder.is_dir()


def test_a_folder_that_cannot_be_made_is_named_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StateUnavailableError, match=r"file/state: Not a directory"):
        open_state_folder(tmp_path / "file" / "state")


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Tests may run as root, for whom every folder is writable.
    def refuse(_path: Path, _mode: int) -> bool:
        return False

    monkeypatch.setattr("os.access", refuse)

    with pytest.raises(StateUnavailableError, match="permission denied"):
        open_state_folder(tmp_path)
