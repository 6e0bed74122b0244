"""
A phone-like HTTP load in a separate process: keep-alive connections in turn, one
request at a time, at a steady rate.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from http.client import HTTPConnection, HTTPException

_AGENT = {"User-Agent": "Gigaset C430A GO/42.250.00.000.000"}


def _paced(begun: float, index: int, rate: int) -> None:
    """
    Wait until a request is due; do not wait if the load is late.
    """
    wait = begun + index / rate - time.perf_counter()
    if wait > 0:
        time.sleep(wait)


def _good(connection: HTTPConnection, path: str) -> bool:
    """
    Fetch one page; anything but a 200 with a body is a failure.
    """
    try:
        connection.request("GET", path, headers=_AGENT)
        answer = connection.getresponse()
        return bool(answer.read()) and answer.status == 200
    except (OSError, HTTPException):
        connection.close()
        return False


def load(port: int, path: str, rate: int, count: int, width: int) -> dict[str, float]:
    """
    Fetch C{count} pages.

    @param path: with C{{mac}} where the phone's MAC goes.
    @param width: how many phones, each with a connection of its own.
    """
    phones = [HTTPConnection("127.0.0.1", port, timeout=10) for _ in range(width)]
    spans, failed = [], 0
    begun = time.perf_counter()
    for index in range(count):
        _paced(begun, index, rate)
        mac = f"7C2F80{index % width:06X}"
        sent = time.perf_counter()
        failed += not _good(phones[index % width], path.format(mac=mac))
        spans.append((time.perf_counter() - sent) * 1e3)
    return {
        "done": count - failed,
        "failed": failed,
        "seconds": time.perf_counter() - begun,
        "median": statistics.median(spans),
        "late": sorted(spans)[len(spans) * 99 // 100],
    }


def main() -> None:
    """
    Run the command.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("path")
    for name in ("rate", "count", "width"):
        parser.add_argument(name, type=int)
    given = parser.parse_args()
    print(json.dumps(load(**vars(given))))


if __name__ == "__main__":
    main()
