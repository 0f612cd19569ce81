from pathlib import Path

import mcp_server.main
from rag_core_lib.settings_reference import FILE, text_of


def test_the_list_of_settings_is_that_of_the_classes() -> None:
    file = Path(mcp_server.main.__file__).with_name(FILE)
    command = "python -m rag_core_lib.settings_reference mcp_server.main"

    assert file.read_text("utf-8") == text_of(mcp_server.main.SETTINGS), f"run `{command}`, then `cargo xtask docs`"
