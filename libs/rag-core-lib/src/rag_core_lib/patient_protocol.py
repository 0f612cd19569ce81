"""HTTP as uvicorn speaks it, with limits that only the server can set: on the headers, and on what a client takes.

An application is called once the headers of a request have arrived, and is not asked any more once its answer is
written. A client that sends headers a byte at a time, or that never takes the end of an answer, would hold its
connection for as long as it likes. Bodies are the part of `ClientPatienceMiddleware`.

To serve with it: `uvicorn APP --http rag_core_lib.patient_protocol:PatientProtocol`.
"""

import asyncio
import fcntl
import functools
import json
import struct
import termios
from typing import Any

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from rag_core_lib.settings import LEAST_BYTES_PER_SECOND, ServiceSettings
from rag_core_lib.wire.status import Problem


@functools.cache
def _configured_seconds() -> float:
    return ServiceSettings().slow_client_seconds


class PatientProtocol(H11Protocol):
    """Gives a client `SLOW_CLIENT_SECONDS` to send the headers of a request.

    The time runs from the connection, and on a connection that is kept from the first byte of the next request. A
    client that has sent a part of the headers is answered 408. One that has sent nothing is closed in silence, as it
    may have connected in advance, and would take the 408 for the answer to a request that it is just sending.

    To take what was written a client has as long, and 1 s for every 10 kB that it takes. Then the connection is
    aborted, also if the answer was complete before. What is left of a body after its answer, as of an upload that was
    refused, is limited in the same way.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        seconds: float | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._seconds = _configured_seconds() if seconds is None else seconds
        self._sending: asyncio.TimerHandle | None = None
        self._taking: asyncio.TimerHandle | None = None
        self._paused_at = 0.0
        self._untaken = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        # So that `pause_writing` is called for all that the client has not taken. Over TLS, 0 would pause at once.
        transport.set_write_buffer_limits(high=1, low=0)
        self._wait_for_client()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        self._stop_watching()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Wait on if this does not complete the headers, whatever else arrived."""
        if self._sending is not None and self._is_discarding():
            self._sending = self._later(self._sending, len(data))
        super().data_received(data)
        self._wait_or_stop()

    def on_response_complete(self) -> None:
        """Wait for the rest of a body that nobody wants; an idle connection is closed by uvicorn."""
        super().on_response_complete()
        if self._is_discarding():
            self._wait_for_client()

    def pause_writing(self) -> None:
        """Give the client time to take what was written."""
        super().pause_writing()
        self._paused_at = self.loop.time()
        self._untaken = self._count_untaken()
        self._watch_until(self._paused_at + self._seconds)

    def resume_writing(self) -> None:
        """Note that the client took it all."""
        self._stop_watching()
        super().resume_writing()

    def _watch_until(self, moment: float) -> None:
        self._stop_watching()
        self._taking = self.loop.call_at(moment, self._look_at_taken)

    def _look_at_taken(self) -> None:
        taken = max(0, self._untaken - self._count_untaken())
        deadline = self._paused_at + self._seconds + taken / LEAST_BYTES_PER_SECOND
        if self.loop.time() < deadline:
            self._watch_until(deadline)
        else:
            self.transport.abort()

    def _count_untaken(self) -> int:
        """Return how many bytes the other side has not confirmed.

        The transport knows only what the kernel has not taken, and the kernel takes more only when a third of its
        buffer of megabytes is free: a client that reads all the time would look as if it did not.
        """
        own = self.transport.get_write_buffer_size()
        connection = self.transport.get_extra_info("socket")
        try:
            (queued,) = struct.unpack("i", fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, bytes(4)))
        except (AttributeError, OSError):
            return own
        return own + queued

    def _is_discarding(self) -> bool:
        return self.conn.our_state is h11.DONE and self.conn.their_state is h11.SEND_BODY

    def _wait_or_stop(self) -> None:
        if self.conn.their_state is h11.IDLE or self._is_discarding():
            self._wait_for_client()
        else:
            self._stop_waiting()

    def _wait_for_client(self) -> None:
        if self._sending is None and not self.transport.is_closing():
            self._sending = self.loop.call_later(self._seconds, self._end_of_patience)

    def _later(self, timer: asyncio.TimerHandle, received: int) -> asyncio.TimerHandle:
        timer.cancel()
        return self.loop.call_at(timer.when() + received / LEAST_BYTES_PER_SECOND, self._end_of_patience)

    def _stop_waiting(self) -> None:
        if self._sending is not None:
            self._sending.cancel()
            self._sending = None

    def _stop_watching(self) -> None:
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None

    def _end_of_patience(self) -> None:
        self._sending = None
        if self.transport.is_closing():
            return
        self._unset_keepalive_if_required()
        if self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
            self.transport.write(self._refusal())
        self.transport.close()

    def _refusal(self) -> bytes:
        detail = f"the headers of the request did not arrive within {self._seconds:g} s"
        body = json.dumps(Problem(detail=detail).model_dump()).encode()
        headers = [
            *self.server_state.default_headers,
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        parts = (
            h11.Response(status_code=408, headers=headers, reason=b"Request Timeout"),
            h11.Data(data=body),
            h11.EndOfMessage(),
        )
        return b"".join(self.conn.send(part) or b"" for part in parts)
