from pathlib import Path

from admin_api_lib.settings import AdminSettings


def test_the_readme_lists_every_setting() -> None:
    readme = Path(__file__).parents[1].joinpath("README.md").read_text("utf-8")

    assert [name for name in AdminSettings.__annotations__ if f"`{name.upper()}`" not in readme] == []
