"""
Devices that check in, and browsers that open the device page, in a separate process.

All comes from one address, so that each request tells another one, as a proxy
would; the daemon is told to believe it.
"""

from __future__ import annotations

import argparse
import json
import socket
import statistics
import time
from collections.abc import Callable, Iterable

HOUSEHOLD = 5
"""The devices, the first ones, that are at home in the local network."""

_CHECKIN = (
    "GET /checkin?mac={mac}&serial=S{index}&item_number=S30852-H2304-B101"
    "&private_ip={private}&private_port=80&name=Base&product=C610+IP"
    "&software_version=42.250.00.000.000 HTTP/1.1\r\n"
)
_PAGE = "GET / HTTP/1.1\r\n"
_HEAD = "Host: gigaset.net\r\nX-Forwarded-For: {address}\r\n{close}\r\n"


def addressOf(index: int) -> str:
    """
    The address of a device: in the household, or in another home of two.
    """
    if index < HOUSEHOLD:
        return f"192.168.77.{10 + index}"
    home = index // 2
    return f"198.{18 + (home >> 16)}.{home >> 8 & 255}.{home & 255}"


def _checkin(index: int, close: str) -> bytes:
    private = addressOf(index) if index < HOUSEHOLD else "192.168.2.2"
    line = _CHECKIN.format(mac=f"7C2F80{index:06X}", index=index, private=private)
    return (line + _HEAD.format(address=addressOf(index), close=close)).encode()


def _page(close: str) -> bytes:
    return (_PAGE + _HEAD.format(address="192.168.77.9", close=close)).encode()


def _alone(port: int, request: bytes) -> bytes:
    """
    Send one request on a new connection, as phones do.
    """
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(request)
        heard = b""
        while chunk := connection.recv(65536):
            heard += chunk
    return heard


def fill(port: int, count: int) -> dict[str, float]:
    """
    Let every device check in once, over one connection, as fast as responses come.
    """
    begun, failed = time.perf_counter(), 0
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        for index in range(count):
            connection.sendall(_checkin(index, ""))
            failed += not connection.recv(4096).startswith(b"HTTP/1.1 204 ")
    return _told([0.0], count, failed, time.perf_counter() - begun)


def paced(
    rate: float, requests: Iterable[Callable[[], bytes]], good: bytes
) -> dict[str, float]:
    """
    Make requests at a steady rate.

    @param good: what stands in an answer that is none of a failure.
    """
    spans, failed, begun = [], 0, time.perf_counter()
    for index, request in enumerate(requests):
        time.sleep(max(0.0, begun + index / rate - time.perf_counter()))
        sent = time.perf_counter()
        try:
            failed += good not in request()
        except OSError:
            failed += 1
        spans.append((time.perf_counter() - sent) * 1e3)
    return _told(spans, len(spans), failed, time.perf_counter() - begun)


def _told(
    spans: list[float], count: int, failed: int, seconds: float
) -> dict[str, float]:
    return {
        "done": count - failed,
        "failed": failed,
        "seconds": seconds,
        "median": statistics.median(spans),
        "late": sorted(spans)[len(spans) * 99 // 100],
    }


def main() -> None:
    """
    Run the command.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["fill", "report", "look"])
    parser.add_argument("port", type=int)
    parser.add_argument("count", type=int)
    parser.add_argument("rate", type=float)
    given = parser.parse_args()
    close = "Connection: close\r\n"
    if given.what == "fill":
        told = fill(given.port, given.count)
    elif given.what == "report":
        hellos = (
            lambda index=index: _alone(given.port, _checkin(index, close))
            for index in range(given.count)
        )
        told = paced(given.rate, hellos, b"HTTP/1.1 204 ")
    else:
        looks = [lambda: _alone(given.port, _page(close))] * given.count
        told = paced(given.rate, looks, b"7C2F80000004</a>")
    print(json.dumps(told))


if __name__ == "__main__":
    main()
