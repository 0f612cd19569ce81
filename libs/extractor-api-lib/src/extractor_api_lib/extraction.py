"""From a file to its pieces."""

from extractor_api_lib.errors import BrokenFileError
from extractor_api_lib.formats import format_of
from extractor_api_lib.models import ExtractedPiece, ExtractionAnswer
from extractor_api_lib.settings import ExtractorSettings


def extract(file_name: str, data: bytes, settings: ExtractorSettings) -> ExtractionAnswer:
    """Return the pieces of a file, in its order.

    Raises `UnsupportedTypeError`, `OcrUnavailableError`, and `BrokenFileError` with the file's name in front.
    """
    known = format_of(file_name)
    try:
        if len(data) > settings.max_file_bytes:
            raise BrokenFileError(f"the file has {len(data)} bytes; the limit is {settings.max_file_bytes}")
        if not data:
            raise BrokenFileError("the file is empty")
        found = list(known.read(data, settings))
        if not found:
            raise BrokenFileError("the file holds no text")
    except BrokenFileError as error:
        raise BrokenFileError(f"{file_name}: {error}") from error
    pieces = [
        ExtractedPiece(type=item.type, content=item.content, page=item.page, position=position)
        for position, item in enumerate(found)
    ]
    return ExtractionAnswer(document=file_name, media_type=known.media_type, pieces=pieces)
