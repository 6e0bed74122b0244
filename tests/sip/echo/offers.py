"""
Session descriptions as different phones write them.
"""

from __future__ import annotations

PJSIP = """v=0
o=- 3918022413 3918022413 IN IP4 127.0.0.1
s=pjmedia
b=AS:117
t=0 0
a=X-nat:0
m=audio 4000 RTP/AVP 8 0 9 96 120
c=IN IP4 127.0.0.1
b=TIAS:96000
a=rtcp:4001 IN IP4 127.0.0.1
a=sendrecv
a=rtpmap:8 PCMA/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:9 G722/8000
a=rtpmap:96 opus/48000/2
a=rtpmap:120 telephone-event/8000
a=fmtp:120 0-16
a=ssrc:1234 cname:abc
"""

GIGASET = """v=0
o=C610A 1234 1 IN IP4 192.168.62.26
s=-
c=IN IP4 192.168.62.26
t=0 0
m=audio 5004 RTP/AVP 9 8 0 2 18 101
a=rtpmap:9 G722/8000
a=rtpmap:2 G726-32/8000
a=rtpmap:18 G729/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
"""

VIDEO = """v=0
o=- 1 1 IN IP4 127.0.0.1
s=-
c=IN IP4 127.0.0.1
t=3034423619 3042462419
m=video 5002 RTP/AVP 97 98
a=rtpmap:97 H264/90000
m=audio 5004/2 RTP/AVP 0
a=inactive
m=application 9 UDP/BFCP *
"""

SECURE = """v=0
o=- 1 1 IN IP4 127.0.0.1
s=-
c=IN IP4 127.0.0.1
t=0 0
m=audio 5004 RTP/SAVP 0 8
a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:abc
"""

SIX = """v=0
o=- 1 1 IN IP6 2001:db8::7
s=-
c=IN IP6 2001:0DB8:0::7
t=0 0
m=audio 5004 RTP/AVP 8
"""

OPUS = PJSIP.replace("8 0 9 96 120", "96 120")


def held(direction: str) -> str:
    """
    The PJSIP offer with another direction.
    """
    return PJSIP.replace("a=sendrecv", f"a={direction}")


OLD_HOLD = PJSIP.replace("c=IN IP4 127.0.0.1", "c=IN IP4 0.0.0.0")
