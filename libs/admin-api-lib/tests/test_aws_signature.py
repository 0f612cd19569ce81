from datetime import UTC, datetime

import httpx
import pytest

from admin_api_lib.stores.aws_signature import Credentials, signed_headers
from admin_api_lib.stores.s3_files import S3Files
from rag_core_lib.state_folder import StateUnavailableError

EXAMPLE = Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")
NOW = datetime(2013, 5, 24, tzinfo=UTC)


def _signature(method: str, path: str, data: bytes, headers: dict[str, str]) -> str:
    host = "examplebucket.s3.amazonaws.com"
    signed = signed_headers(EXAMPLE, method=method, host=host, path=path, data=data, now=NOW, headers=headers)
    return signed["authorization"].rpartition("Signature=")[2]


def test_the_examples_of_the_documentation() -> None:
    put = {"date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"}

    assert _signature("GET", "/test.txt", b"", {"range": "bytes=0-9"}) == (
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    )
    assert _signature("PUT", "/test$file.text", b"Welcome to Amazon S3.", put) == (
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
    )


def test_a_service_that_fails_is_asked_again_and_then_named() -> None:
    answers = [httpx.Response(503), httpx.Response(200, content=b"data")]
    store = S3Files("https://s3.example", "bucket", EXAMPLE, httpx.MockTransport(lambda _: answers.pop(0)))
    assert store.get("a.pdf", "1") == b"data"

    denied = "<Error><Code>AccessDenied</Code><Message>secret details</Message></Error>"
    store = S3Files(
        "https://s3.example", "bucket", EXAMPLE, httpx.MockTransport(lambda _: httpx.Response(403, text=denied))
    )
    with pytest.raises(StateUnavailableError, match=r"^S3 at s3\.example does not store a file: 403 AccessDenied$"):
        store.put("a.pdf", "1", b"data")
    store.close()
