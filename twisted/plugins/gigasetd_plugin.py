"""
The signpost by which twistd finds gigasetd.

Layer 4 (assembly).
"""

from twisted.application.service import ServiceMaker

gigasetd = ServiceMaker(
    "gigasetd",
    "gigasetd.tap",
    "A home for Gigaset IP phones: SIP, pages, provisioning, messages.",
    "gigasetd",
)
