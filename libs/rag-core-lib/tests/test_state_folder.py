import os
import stat
from pathlib import Path

import pytest

from rag_core_lib.state_folder import StateUnavailableError, make_private, open_state_file, open_state_folder


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


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_what_is_kept_is_for_its_owner_alone_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        folder = open_state_folder(tmp_path / "a" / "b")
        file = open_state_file(folder / "file")
    finally:
        os.umask(before)

    assert [_mode(path) for path in (folder.parent, folder, file)] == [0o700, 0o700, 0o600]


def test_looser_modes_of_an_earlier_version_are_tightened(tmp_path: Path) -> None:
    folder, inner = tmp_path / "state", tmp_path / "state" / "inner"
    inner.mkdir(parents=True)
    for path in (folder / "file", inner / "file"):
        path.write_text("kept")
        path.chmod(0o644)
    folder.chmod(0o2775)
    inner.chmod(0o755)

    open_state_folder(folder)
    open_state_file(folder / "file")
    assert (_mode(folder), _mode(folder / "file"), _mode(inner / "file")) == (0o2700, 0o600, 0o644)
    make_private(folder)
    assert (_mode(inner), _mode(inner / "file"), (inner / "file").read_text()) == (0o700, 0o600, "kept")


def test_a_folder_that_is_everybodys_on_purpose_stays_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)

    open_state_folder(tmp_path)

    assert _mode(tmp_path) == 0o1777


def test_what_cannot_be_read_in_a_tree_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()

    def refuse(path: Path, _mode: int) -> bool:
        return path.name != "file"

    monkeypatch.setattr("os.access", refuse)

    with pytest.raises(StateUnavailableError, match=r"cannot use .*/file: permission denied"):
        make_private(tmp_path)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
