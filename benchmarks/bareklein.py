"""
A plain Klein route that sends a file's bytes: C{bareklein.py FILE}; prints its port.
C{pages.py --bare} compares gigasetd with it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from klein import Klein
from twisted.internet import reactor
from twisted.internet.interfaces import IReactorTCP
from twisted.web.iweb import IRequest
from twisted.web.server import Site

BODY = Path(sys.argv[1]).read_bytes()

app = Klein()


@app.route("/info/request.do")
def screen(request: IRequest) -> bytes:
    """
    The page.
    """
    request.setHeader(b"Content-Type", b"application/xhtml+xml; charset=utf-8")
    request.setHeader(b"Content-Length", b"%d" % len(BODY))
    request.setHeader(b"Cache-Control", b"no-store")
    return BODY


if __name__ == "__main__":
    loop: IReactorTCP = reactor  # type: ignore[assignment]
    site = Site(app.resource())
    site.noisy = False
    port = loop.listenTCP(0, site, interface="127.0.0.1")
    print(port.getHost().port, flush=True)  # type: ignore[attr-defined]
    reactor.run()  # type: ignore[attr-defined]
