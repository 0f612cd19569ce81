"""What can go wrong in an extraction; `str` of each may be shown to the caller."""


class BrokenFileError(Exception):
    """The file is not what its name says, is damaged, encrypted, over a bound, or holds no text."""


class UnsupportedTypeError(Exception):
    """No format is known for the file's name."""


class OcrUnavailableError(Exception):
    """A page needs OCR and Tesseract cannot be run."""
