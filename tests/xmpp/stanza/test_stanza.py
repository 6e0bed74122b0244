"""
Elements to text and back.
"""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some
from twisted.trial.unittest import SynchronousTestCase
from twisted.words.xish.domish import Element

from gigasetd.xmpp.stanza.stanza import (
    CLIENT,
    STANZAS,
    child,
    copied,
    errorReply,
    iqResult,
    parse,
    serialize,
    textOf,
)

ACCEPT = "jabber:component:accept"

_names = some.from_regex("[a-zA-Z_][a-zA-Z0-9_.-]{0,8}", fullmatch=True)
_uris = some.sampled_from(
    [CLIENT, "", "u1", "u2", ACCEPT, "urn:x:&y", "jabber:x:event"]
).filter(lambda uri: "&" not in uri)
_texts = some.text(
    some.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"),
    max_size=20,
).map(lambda text: "".join(one for one in text if one >= " " or one in "\t\n\r"))
_keys = some.one_of(
    _names.filter(lambda name: not name.lower().startswith("xml")),
    some.tuples(some.sampled_from(["u1", "u2"]), _names),
    some.just(("http://www.w3.org/XML/1998/namespace", "lang")),
)


def shape(element: Element) -> Any:
    """
    All of an element that a peer can see.
    """
    children: list[Any] = []
    for one in element.children:
        if not isinstance(one, str):
            children.append(shape(one))
        elif children and isinstance(children[-1], str):
            children[-1] += one
        elif one:
            children.append(str(one))
    return (element.uri or "", element.name, dict(element.attributes), children)


@some.composite
def elements(draw: Any, depth: int = 3) -> Element:
    """
    Any element.
    """
    element = Element((draw(_uris), draw(_names)))
    element.attributes = draw(some.dictionaries(_keys, _texts, max_size=3))
    inner = elements(depth - 1) if depth else _texts
    element.children = draw(some.lists(some.one_of(_texts, inner), max_size=3))
    return element


class SerializeTests(SynchronousTestCase):
    """
    What leaves.
    """

    @settings(max_examples=300, deadline=None)
    @given(elements())
    def test_roundTrip(self, element: Element) -> None:
        """
        What is written is read as the same, whatever it holds, in a stream
        and from the store.
        """
        if element.uri == ACCEPT:
            element.uri = CLIENT
        once = parse(serialize(element))
        self.assertEqual(shape(once), shape(parse(serialize(once))))
        if element.uri != CLIENT:
            self.assertEqual(shape(once), shape(element))

    def test_plain(self) -> None:
        """
        A message is written as everybody expects it.
        """
        text = (
            "<message to='b@h' type='chat'><body>&lt;hello&gt; &amp; bye</body>"
            "<active xmlns='http://jabber.org/protocol/chatstates'/></message>"
        )
        self.assertEqual(serialize(parse(text)), text)

    def test_escapes(self) -> None:
        """
        No text can become markup, and none is changed on its way.
        """
        element = Element((CLIENT, "a"))
        element["b"] = "'\"<>&\t\n\r"
        element.addContent("]]><&\r\n")
        again = parse(serialize(element))
        self.assertEqual(again["b"], "'\"<>&\t\n\r")
        self.assertEqual(str(again), "]]><&\r\n")

    def test_impossible(self) -> None:
        """
        What XML cannot hold does not leave.
        """
        element = Element((CLIENT, "a"))
        element["b"] = "\x01"
        element.addContent("a\x00b\ud800")
        self.assertEqual(str(parse(serialize(element))), "a\ufffdb\ufffd")

    def test_rescope(self) -> None:
        """
        A component's stanza comes to a client as a client's, down to the
        first element of another namespace; what that holds stays as it is.
        """
        text = (
            "<message><body>x</body><f xmlns='urn:xmpp:forward:0'>"
            "<message xmlns='jabber:client'><body>y</body></message></f></message>"
        )
        came = parse(text, ACCEPT)
        self.assertEqual(came.uri, ACCEPT)
        self.assertEqual(serialize(came, CLIENT), text)
        self.assertEqual(serialize(parse(text), ACCEPT), text)

    def test_child(self) -> None:
        """
        A child is found by its namespace too.
        """
        element = parse("<m><body xmlns='u'>1</body><body>2<x/>3</body></m>")
        self.assertEqual(textOf(child(element, CLIENT, "body")), "23")
        self.assertIsNone(child(element, "v", "body"))
        self.assertEqual(textOf(None), "")

    def test_copied(self) -> None:
        """
        A copy can be changed alone.
        """
        element = parse("<m a='1'><body>2</body></m>")
        copy = copied(element)
        copy["a"] = "2"
        copy.children[0].children[0] = "3"
        self.assertEqual(serialize(element), "<m a='1'><body>2</body></m>")


class AnswerTests(SynchronousTestCase):
    """
    What everybody answers with.
    """

    def test_result(self) -> None:
        """
        A result goes back to whoever asked.
        """
        iq = parse("<iq type='get' id='7' from='a@h/r' to='h'><q xmlns='u'/></iq>")
        answer = iqResult(iq, Element(("u", "q")))
        self.assertEqual(
            shape(answer),
            (
                CLIENT,
                "iq",
                {"type": "result", "id": "7", "to": "a@h/r", "from": "h"},
                [("u", "q", {}, [])],
            ),
        )

    def test_error(self) -> None:
        """
        An error has its condition, and the code that old phones know.
        """
        answer = errorReply(parse("<message id='1'/>"), "item-not-found", "Nobody.")
        [error] = answer.children
        self.assertEqual((error["code"], error["type"]), ("404", "cancel"))
        self.assertIsNotNone(child(error, STANZAS, "item-not-found"))
        self.assertEqual(textOf(child(error, STANZAS, "text")), "Nobody.")
        self.assertEqual(answer["type"], "error")
