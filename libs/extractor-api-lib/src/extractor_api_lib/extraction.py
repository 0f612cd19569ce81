"""From a file to its pieces."""

import logging
from collections.abc import Iterable, Iterator

from extractor_api_lib.errors import BrokenFileError, ExtractionError, UnsupportedTypeError
from extractor_api_lib.formats import format_of, format_of_media_type
from extractor_api_lib.formats.found import Found
from extractor_api_lib.models import ExtractedPiece, ExtractionAnswer
from extractor_api_lib.settings import ExtractorSettings
from extractor_api_lib.signatures import refuse_other_kind

_logger = logging.getLogger(__name__)


def extract(
    file_name: str, data: bytes, settings: ExtractorSettings, media_type: str | None = None
) -> ExtractionAnswer:
    """Return the pieces of a file, in its order; the suffix of its name tells the format, unless `media_type` does.

    Raises `UnsupportedTypeError`, `OcrUnavailableError`, and `BrokenFileError` with the file's name in front. Whatever
    else a reader raises on a malformed file is logged and becomes a `BrokenFileError` too.
    """
    known = format_of_media_type(media_type) if media_type else format_of(file_name)
    if known is None:
        raise UnsupportedTypeError(f"{file_name}: no reader for {media_type}")
    try:
        if len(data) > settings.max_file_bytes:
            raise BrokenFileError(f"the file has {len(data)} bytes; the limit is {settings.max_file_bytes}")
        if not data:
            raise BrokenFileError("the file is empty")
        refuse_other_kind(data, known.signature)
        found = list(_bounded(known.read(data, settings), settings.max_text_characters))
        if not found:
            raise BrokenFileError("the file holds no text")
    except BrokenFileError as error:
        raise BrokenFileError(f"{file_name}: {error}") from error
    except ExtractionError:
        raise
    except MemoryError as error:
        raise BrokenFileError(f"{file_name}: reading the file takes more memory than is allowed") from error
    except RecursionError as error:
        raise BrokenFileError(f"{file_name}: the file nests its parts too deeply") from error
    except Exception as error:
        _logger.exception("a reader failed on %s", file_name)
        raise BrokenFileError(f"{file_name}: the file is damaged: {type(error).__name__}") from error
    pieces = [
        ExtractedPiece(type=item.type, content=item.content, page=item.page, position=position, heading=item.heading)
        for position, item in enumerate(found)
    ]
    return ExtractionAnswer(document=file_name, media_type=known.media_type, pieces=pieces)


def _bounded(found: Iterable[Found], most: int) -> Iterator[Found]:
    """Yield what is found, as long as all of it is no longer than `most` characters."""
    characters = 0
    for item in found:
        characters += len(item.content)
        if characters > most:
            raise BrokenFileError(f"the file holds more than {most} characters of text")
        yield item
