"""What can go wrong in an extraction; `str` of each may be shown to the caller."""


class ExtractionError(Exception):
    """Every error of this module."""


class BrokenFileError(ExtractionError):
    """The file is not what its name says, is damaged, encrypted, over a bound, or holds no text."""


class SourceError(ExtractionError):
    """A page or sitemap cannot be fetched, or is over a bound."""


class GoneError(SourceError):
    """The page does not exist, or no longer."""


class UnsupportedTypeError(ExtractionError):
    """No format is known for the file's name."""


class OcrUnavailableError(ExtractionError):
    """A page needs OCR and Tesseract cannot be run."""


class BusyError(ExtractionError):
    """All workers are busy with other documents for longer than a caller should wait."""


STATUS_OF: dict[type[Exception], int] = {
    BrokenFileError: 422,
    BusyError: 503,
    GoneError: 422,
    OcrUnavailableError: 503,
    SourceError: 422,
    UnsupportedTypeError: 415,
}
"""The HTTP status that an error is answered with."""
