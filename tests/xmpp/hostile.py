"""
Whatever octets Alice sends: the server lives, and Bob can read all he hears.
"""

from __future__ import annotations

from gigasetd.xmpp.auth.login import Login
from gigasetd.xmpp.auth.result import Challenge, Channel, Derive
from gigasetd.xmpp.auth.sasl import encode
from gigasetd.xmpp.stanza.jid import parseJid
from gigasetd.xmpp.stanza.parser import StreamFault, XmlLimits, XmlParser
from gigasetd.xmpp.stanza.stanza import parse, serialize
from tests.xmpp.streaming import ALICE, BOB, HEADER, HOME, OLD_HEADER, StreamCase, plain

STANZAS = (
    f"<message to='{BOB}@gigaset.net/r' id='1' type='chat' xml:lang='de'>"
    "<body>gr&#252;&lt;&#x1f600;</body><a:x xmlns:a='u1' a:y='1'/><y xmlns='u1'>"
    "<z xmlns=''/></y><delay xmlns='urn:xmpp:delay' stamp='x'/></message>"
    f"<presence to='{BOB}@gigaset.net' type='subscribe'/>"
    "<iq type='set' id='2'><query xmlns='jabber:iq:roster'>"
    f"<item jid='{BOB}@gigaset.net' name='B'><group>g</group></item></query></iq>"
    "<presence><priority>5</priority><show>dnd</show></presence>"
    "<iq type='get' id='3' to='gigaset.net'><ping xmlns='urn:xmpp:ping'/></iq>"
    "<enable xmlns='urn:xmpp:sm:3' resume='1'/><r xmlns='urn:xmpp:sm:3'/>"
    "<iq type='set' id='4'><vCard xmlns='vcard-temp'><FN>A</FN></vCard></iq>"
    "<iq type='set' id='5'><block xmlns='urn:xmpp:blocking'><item jid='x@y'/></block>"
    "</iq><iq type='set' id='6'><enable xmlns='urn:xmpp:carbons:2'/></iq>"
).encode()

OPENINGS = (
    (HEADER + plain()).encode(),
    (OLD_HEADER + "<iq type='set' id='1'><query xmlns='jabber:iq:auth'><username>"
     f"{ALICE}</username><password>x</password><resource>y</resource></query></iq>"
     ).encode(),
    (HEADER + "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>").encode(),
)  # fmt: skip

LOGINS = (
    b"PLAIN AGEAYg==",
    b"SCRAM-SHA-1 n,,n=20000001,r=fyko+d2l",
    b"SCRAM-SHA-256 p=tls-exporter,a=x,n=a=2Cb,r=abc,x=y",
    b'DIGEST-MD5 username="u",realm="r",nonce="n",cnonce=c,digest-uri="xmpp/h",'
    b"nc=00000001,qop=auth,response=0123,charset=utf-8",
)


def ready() -> StreamCase:
    """
    A server.
    """
    case = StreamCase("setUp")
    case.setUp()
    return case


def checked(case: StreamCase) -> None:
    """
    Insist that nothing has crashed.
    """
    case.advance(2)
    assert not case.executor.counts["crashes"], "a rule has crashed"


def stream(data: bytes) -> None:
    """
    Alice has logged in.
    """
    case = ready()
    bob = case.active(BOB)
    bob.say("<presence/>")
    alice = case.active(ALICE)
    for at in range(0, len(data), 700):
        alice.stream.dataReceived(data[at : at + 700])
    checked(case)
    for heard in (bob.heard(), alice.heard()):
        for event in XmlParser(XmlLimits()).feed((HEADER + heard).encode()):
            assert not isinstance(event, StreamFault), event


def opening(data: bytes) -> None:
    """
    Alice has not logged in.
    """
    case = ready()
    case.connect(HOME, secure=False).stream.dataReceived(data)
    checked(case)


def stanza(data: bytes) -> None:
    """
    What is read is written so that it reads the same.
    """
    try:
        once = serialize(parse(data.decode("utf-8", "replace")))
    except StreamFault:
        return
    assert serialize(parse(once)) == once, once


def address(text: str) -> None:
    """
    An address that was prepared stays what it is.
    """
    found = parseJid(text)
    assert found is None or parseJid(found.full) == found, text


def login(data: bytes) -> None:
    """
    A mechanism, and what comes first and second.
    """
    case = ready()
    name, _, text = data.decode("utf-8", "replace").partition(" ")
    case.context.logins.token = lambda: "n"
    login = Login(case.context.logins, Channel(HOME, True, True))
    outcome = login.begin(name, "", 0.0)
    for _ in range(3):
        if not isinstance(outcome, Challenge):
            break
        outcome = login.respond(encoded(text), 0.0)
    assert not isinstance(outcome, Derive) or outcome.number == ALICE


def encoded(text: str) -> str:
    """
    As SASL carries it.
    """
    return encode(text.encode())
