"""Signature version 4 of AWS for requests to S3.

By https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html; the example there is a test here.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from urllib.parse import quote

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who signs, and for which region."""

    access_key: str
    secret_key: str
    region: str


def signed_headers(  # noqa: PLR0913 (what a signature covers)
    credentials: Credentials,
    *,
    method: str,
    host: str,
    path: str,
    data: bytes,
    now: datetime,
    headers: dict[str, str] | None = None,
) -> dict[str, str]:
    """Return the headers, `Host` among them, that make a request without a query one of the credentials' owner.

    `path` is not yet encoded, `now` is in UTC.
    """
    moment = now.strftime("%Y%m%dT%H%M%SZ")
    digest = sha256(data).hexdigest()
    covered = {**(headers or {}), "host": host, "x-amz-content-sha256": digest, "x-amz-date": moment}
    names = ";".join(sorted(covered))
    lines = "".join(f"{name}:{covered[name]}\n" for name in sorted(covered))
    canonical = f"{method}\n{quote(path)}\n\n{lines}\n{names}\n{digest}"
    scope = f"{moment[:8]}/{credentials.region}/s3/aws4_request"
    to_sign = f"{_ALGORITHM}\n{moment}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{credentials.secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    authorization = f"{_ALGORITHM} Credential={credentials.access_key}/{scope}, "
    return {**covered, "authorization": f"{authorization}SignedHeaders={names}, Signature={signature}"}
