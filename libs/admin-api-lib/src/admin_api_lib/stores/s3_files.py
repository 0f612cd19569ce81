"""Uploads in a service that speaks S3, by paths (`https://HOST/BUCKET/KEY`), which all of them understand."""

import re
import time
from datetime import UTC, datetime
from http import HTTPStatus

import httpx

from admin_api_lib.stores import KEPT_TEXT, StoredUpload
from admin_api_lib.stores.aws_signature import Credentials, signed_headers
from rag_core_lib.state_folder import StateUnavailableError

_TIMEOUT_SECONDS = 30.0
_PAUSES_SECONDS = (0.2, 1.0)
_CODE = re.compile(r"<Code>([A-Za-z0-9]+)</Code>")


class S3Files:
    """A `FileStore` in a bucket, which is made when it is missing; an upload's key is `IDENTIFICATION/UPLOAD`."""

    def __init__(
        self, url: str, bucket: str, credentials: Credentials, transport: httpx.BaseTransport | None = None
    ) -> None:
        """Connect to `url` on first use; `transport` takes the place of the network, for tests."""
        self._url = httpx.URL(url)
        self._bucket = bucket
        self._credentials = credentials
        self._client = httpx.Client(timeout=_TIMEOUT_SECONDS, transport=transport, trust_env=False)

    def put(self, identification: str, upload: str, data: bytes, about: StoredUpload | None = None) -> None:  # noqa: ARG002
        """Store an upload; S3 shows all of it or nothing, and what is known about it is kept with the status alone."""
        path = f"/{identification}/{upload}"
        response = self._send("PUT", path, data)
        if response.status_code == HTTPStatus.NOT_FOUND:
            self._checked(self._send("PUT"), "make the bucket")
            response = self._send("PUT", path, data)
        self._checked(response, "store a file")

    def get(self, identification: str, upload: str) -> bytes | None:
        """Return an upload, None when there is none."""
        response = self._send("GET", f"/{identification}/{upload}")
        if response.status_code == HTTPStatus.NOT_FOUND:
            return None
        return self._checked(response, "read a file").content

    def delete(self, identification: str, upload: str) -> None:
        """Delete an upload; none is not an error."""
        for name in (upload, f"{upload}{KEPT_TEXT}"):
            response = self._send("DELETE", f"/{identification}/{name}")
            if response.status_code != HTTPStatus.NOT_FOUND:
                self._checked(response, "delete a file")

    def check(self) -> None:
        """Ask for the bucket; one that is missing can be made."""
        response = self._send("HEAD")
        if response.status_code != HTTPStatus.NOT_FOUND:
            self._checked(response, "use the bucket")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _send(self, method: str, path: str = "", data: bytes = b"") -> httpx.Response:
        """Send a request, again when the service did not answer or failed: each may be repeated."""
        whole_path = f"{self._url.path.rstrip('/')}/{self._bucket}{path}"
        for pause in (*_PAUSES_SECONDS, None):
            host = self._url.netloc.decode("ascii")
            headers = signed_headers(
                self._credentials, method=method, host=host, path=whole_path, data=data, now=datetime.now(UTC)
            )
            try:
                response = self._client.request(
                    method, self._url.copy_with(path=whole_path), headers=headers, content=data
                )
            except httpx.TransportError as error:
                if pause is None:
                    raise StateUnavailableError(
                        f"S3 at {self._url.host} cannot be reached: {type(error).__name__}"
                    ) from error
            else:
                if pause is None or not response.is_server_error:
                    return response
            time.sleep(pause)
        raise AssertionError("the last round returns or raises")

    def _checked(self, response: httpx.Response, what: str) -> httpx.Response:
        if response.is_success:
            return response
        code = _CODE.search(response.text)
        reason = code[1] if code else HTTPStatus(response.status_code).phrase
        raise StateUnavailableError(f"S3 at {self._url.host} does not {what}: {response.status_code} {reason}")
