# -*- test-case-name: tests.directory.test_response -*-
"""
Encode the online directory's answers (gigaset-protocol, as phones of 2012 parse
it): a list of entries, an empty one in the form that the operator chose, an error.

Layer 0 (values).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

from gigasetd.directory.entry import title
from gigasetd.registry.model import Contact

KIND = b"text/xml; charset=utf-8"
START = '<?xml version="1.0" encoding="UTF-8"?>\n'

OK, NOT_ALLOWED, SYNTAX, DUPLICATE, INVALID, IMPRECISE, UNAVAILABLE, FORMAT = range(8)
"""What C{errorid} may be."""

NO_HITS = ("window", "notfound", "plain")
"""The forms of an answer without hits; phones were seen to accept each."""

_SHORT = 24  #: characters of each field of an entry that has to be short


class ListHead(NamedTuple):
    """
    The attributes of a list.
    """

    response: str  #: the command that this answers
    type: str  #: "pb", "yp" or "pr"
    total: int  #: the number of all hits
    reqid: str = ""  #: continues the search


def error(response: str, type: str, id: int, message: str = "") -> bytes:
    """
    Encode an error document.
    """
    text = f"<message>{escape(message)}</message>" if message else ""
    head = f'<error response="{_value(response)}" type="{_value(type)}">'
    return f"{START}{head}<errorid>{id}</errorid>{text}</error>\n".encode()


def noHits(head: ListHead, form: str, sought: str = "hm") -> bytes:
    """
    Encode the answer to a search without hits.

    @param form: one of L{NO_HITS}.
    @param sought: the field that was searched.
    """
    forms = {"window": ' first="0" last="0"', "notfound": f' notfound="{sought}"'}
    return f"{START}<list{_head(head)}{forms.get(form, '')}/>\n".encode()


def listing(
    head: ListHead, first: int, contacts: Sequence[Contact], limit: int, short: int = 0
) -> bytes:
    """
    Encode a list of entries, cut at its end where it would be longer than
    C{limit}.

    @param first: the position of the first one among all, from 1.
    @param limit: bytes; an answer without any entry may be longer.
    @param short: characters of a name, C{0} for all.
    """
    shown: list[bytes] = []
    room = limit - len(_framed(head, first, head.total, b""))
    for entry in _entries(contacts, short, room):
        room -= len(entry)
        if room < 0:
            break
        shown.append(entry)
    last = first + len(shown) - 1
    return _framed(head, first if shown else 0, max(0, last) if shown else 0,
                   b"".join(shown))  # fmt: skip


def _entries(contacts: Sequence[Contact], short: int, room: int) -> Iterator[bytes]:
    # The first entry loses what can be spared where it is too long for the whole
    # answer: an empty answer would end the search.
    for place, contact in enumerate(contacts):
        entry = _entry(contact, short)
        if not place and len(entry) > room:
            entry = _entry(_spared(contact), short)
        yield entry


def _framed(head: ListHead, first: int, last: int, body: bytes) -> bytes:
    start = f'{START}<list{_head(head)} first="{first}" last="{last}">\n'
    return start.encode() + body + b"</list>\n"


def _head(head: ListHead) -> str:
    named = f' reqid="{head.reqid}"' if head.reqid else ""
    kind = f' response="{_value(head.response)}" type="{_value(head.type)}"'
    return f'{kind} total="{head.total}"{named}'


def _entry(contact: Contact, short: int) -> bytes:
    # The elements are in the order of the protocol.
    body = "".join(
        f"<{name}>{escape(text)}</{name}>" for name, text in _elements(contact, short)
    )
    mark = f' id="{_value(contact.id)}"' if contact.id else ""
    return f"<entry{mark}>{body}</entry>\n".encode("utf-8", "replace")


def _elements(contact: Contact, short: int) -> Iterator[tuple[str, str]]:
    last, first = contact.last, contact.first
    if short:
        last, first = cutName(title(contact), short), ""
    home = contact.home or contact.office or contact.sip
    elements = (
        ("ln", last or contact.nickname),
        ("fn", first),
        ("nn", contact.nickname),
        ("ct", contact.city),
        ("zc", contact.zip),
        ("st", contact.street),
        ("hm", home),
        ("fx", contact.fax),
        ("mb", contact.mobile),
        ("sip", contact.sip),
        ("em", contact.email),
        ("bp", contact.office if contact.office != home else ""),
    )
    return ((name, text) for name, text in elements if text)


def cutName(name: str, short: int) -> str:
    """
    Shorten a name for a small display: its beginning and a dot.
    """
    return name if len(name) <= short else name[:short].rstrip() + "."


def _spared(contact: Contact) -> Contact:
    # The part of an entry that a phone cannot do without.
    return contact._replace(
        last=contact.last[:_SHORT],
        first=contact.first[:_SHORT],
        nickname=contact.nickname[:_SHORT],
        email="",
        street="",
        zip="",
        city="",
    )


def _value(text: str) -> str:
    return escape(text, {'"': "&quot;"})
