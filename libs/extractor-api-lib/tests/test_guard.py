import asyncio

import httpx
import pytest

from extractor_api_lib.addresses import is_public
from extractor_api_lib.errors import SourceError
from extractor_api_lib.fetching import create_fetcher, fetch
from extractor_api_lib.guarded_transport import GuardedTransport
from extractor_api_lib.settings import ExtractorSettings

SETTINGS = ExtractorSettings()
PUBLIC, OTHER_PUBLIC, PRIVATE = "93.184.215.14", "2606:2800:21f::1", "10.0.0.1"


SPECIAL = """
127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255
::1 :: fe80::1%eth0 fc00::1 fec0::1 ff02::1 2001:db8::1 ::ffff:127.0.0.1 ::127.0.0.1
64:ff9b::7f00:1 64:ff9b:1::1 2002:7f00:1:: 2001:0:0:0:0:0:80ff:fffe
"""


@pytest.mark.parametrize("address", SPECIAL.split())
def test_special_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, OTHER_PUBLIC, "8.8.8.8", "64:ff9b::808:808", "2002:808:808::"])
def test_other_addresses_are_public(address: str) -> None:
    assert is_public(address)


class Names:
    """A name server that answers each question with the next of its answers."""

    def __init__(self, **answers: list[list[str]]) -> None:
        self._answers = answers

    async def __call__(self, host: str, _port: int) -> list[str]:
        try:
            return self._answers[host.partition(".")[0]].pop(0)
        except (KeyError, IndexError):
            raise OSError("unknown") from None


class Net:
    """Stands in for the network: remembers which addresses were connected to, for which name."""

    def __init__(self, *answers: httpx.Response | httpx.TransportError) -> None:
        self._answers = list(answers)
        self.seen: list[tuple[str, str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append((request.url.host, request.headers["Host"], request.extensions["sni_hostname"]))
        answer = self._answers.pop(0)
        if isinstance(answer, httpx.TransportError):
            raise answer
        return answer


def _fetch(url: str, names: Names, net: Net) -> bytes:
    async def run() -> bytes:
        guarded = GuardedTransport(httpx.MockTransport(net), names)
        async with create_fetcher(SETTINGS, guarded) as client:
            return (await fetch(client, url, SETTINGS)).data

    return asyncio.run(run())


def test_the_checked_address_is_the_one_connected_to() -> None:
    net = Net(httpx.Response(200, stream=httpx.ByteStream(b"page")))
    # A name server that changes its answer between check and connection finds nobody who asks again.
    names = Names(page=[[PUBLIC], [PRIVATE]])

    assert _fetch("https://page.example:8443/a?b", names, net) == b"page"
    assert net.seen == [(PUBLIC, "page.example:8443", "page.example")]


@pytest.mark.parametrize("addresses", [[PRIVATE], [PUBLIC, PRIVATE], ["::1"], []])
def test_a_name_with_any_private_address_is_refused(addresses: list[str]) -> None:
    net = Net()

    with pytest.raises(SourceError, match=r"inside\.example is not at a public address"):
        _fetch("http://inside.example/", Names(inside=[addresses]), net)
    assert net.seen == []


def test_a_redirect_to_a_private_address_is_refused() -> None:
    net = Net(httpx.Response(302, headers={"Location": "http://inside.example/latest/meta-data"}))

    with pytest.raises(SourceError, match=r"inside\.example is not at a public address"):
        _fetch("http://page.example/", Names(page=[[PUBLIC]], inside=[["169.254.169.254"]]), net)
    assert [host for host, *_ in net.seen] == [PUBLIC]


def test_the_next_address_is_tried_when_one_refuses() -> None:
    net = Net(httpx.ConnectError("refused"), httpx.Response(200, stream=httpx.ByteStream(b"page")))

    assert _fetch("http://page.example/", Names(page=[[PUBLIC, OTHER_PUBLIC]]), net) == b"page"
    assert [host for host, *_ in net.seen] == [PUBLIC, OTHER_PUBLIC]


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:7f00:1]", "localhost"])
def test_no_spelling_of_this_machine_gets_through(host: str) -> None:
    async def run() -> None:
        async with create_fetcher(SETTINGS) as client:
            await fetch(client, f"http://{host}:9/", SETTINGS)

    with pytest.raises(SourceError, match="is refused"):
        asyncio.run(run())


def test_an_unknown_name_is_told() -> None:
    with pytest.raises(SourceError, match=r"the name page\.example cannot be resolved"):
        _fetch("http://page.example/", Names(), Net())
