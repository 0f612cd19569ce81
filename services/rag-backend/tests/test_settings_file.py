from pathlib import Path

import rag_backend.main
from rag_core_lib.settings_reference import FILE, text_of


def test_the_list_of_settings_is_that_of_the_classes() -> None:
    file = Path(rag_backend.main.__file__).with_name(FILE)
    command = "python -m rag_core_lib.settings_reference rag_backend.main"

    assert file.read_text("utf-8") == text_of(rag_backend.main.SETTINGS), f"run `{command}`, then `cargo xtask docs`"
