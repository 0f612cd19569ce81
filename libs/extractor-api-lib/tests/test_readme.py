from pathlib import Path

from extractor_api_lib.settings import ExtractorSettings


def test_the_readme_lists_every_setting() -> None:
    readme = Path(__file__).parents[1].joinpath("README.md").read_text("utf-8")

    assert [name for name in ExtractorSettings.__annotations__ if f"`{name.upper()}`" not in readme] == []
