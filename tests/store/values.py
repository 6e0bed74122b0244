"""
Values for the tests of the store, and strategies that make hostile ones.
"""

from __future__ import annotations

from typing import get_type_hints

from hypothesis import strategies as some

from gigasetd.registry.model import KINDS, Account, Binding, Change, Device, Kind, Value

ACCOUNT = Account("12345678", "digest", "secret", "ab" * 16, "Tom", "", 1.5, 2.5)
DEVICE = Device("7C2F80123456", "12345678", "S1", "S30852-H1", "C610 IP", "AB12", 1.0)
BINDING = Binding(
    number="12345678",
    key="sip:12345678@192.168.1.20:5060",
    contact="<sip:12345678@192.168.1.20:5060;line=abc>",
    call_id="abcdefgh-1234@192.168.1.20",
    cseq=4711,
    expires=2000000000.123456,
    transport="udp",
    local="0.0.0.0:5060",
    host="192.168.1.20",
    port=5060,
    connection=0,
    user_agent="C610 IP/42.076.00.000.000",
    q=1.0,
    registered=1795439450.123456,
    proven=1,
)

TEXT = some.text(
    some.one_of(
        some.sampled_from("\\\t\r\n\0+-\ud800\udc00\x85\u2028tn0"),
        some.characters(),
    ),
    max_size=12,
)
FIELDS = {
    str: TEXT,
    int: some.integers(-(2**63), 2**63 - 1),
    float: some.floats(allow_nan=False),
}


def changeOf(value: Value, number: int = 1) -> Change:
    """
    The change that sets C{value}.
    """
    kind = next(kind for kind in KINDS.values() if kind.type is type(value))
    return Change(number, kind.name, tuple(value[: kind.width]), value)


def dropOf(value: Value, number: int = 1) -> Change:
    """
    The change that removes C{value}.
    """
    return changeOf(value, number)._replace(value=None)


def valuesOf(kind: Kind) -> some.SearchStrategy[Value]:
    """
    Any value of a kind, its texts hostile.
    """
    hints = get_type_hints(kind.type)
    return some.tuples(*(FIELDS[hints[name]] for name in kind.type._fields)).map(
        kind.type._make
    )


VALUES = some.one_of(*(valuesOf(kind) for kind in KINDS.values()))
CHANGES = some.builds(
    lambda value, number, gone: (dropOf if gone else changeOf)(value, number),
    VALUES,
    some.integers(0, 2**40),
    some.booleans(),
)
