# -*- test-case-name: tests.accounts.test_validation -*-
"""
Check numbers, nicknames, passwords and texts that operators and owners type.

Layer 0 (values).
"""

from __future__ import annotations

from gigasetd.auth.passwords import LONGEST
from gigasetd.errors import BadValue

DIGITS = 15
NICKNAME = 32
WORDS = 64


def checkNumber(number: str) -> None:
    """
    Check an account's number.

    @raise BadValue: C{number} is not one to fifteen digits.
    """
    if not (number.isascii() and number.isdigit() and len(number) <= DIGITS):
        raise BadValue(f"a number has 1 to {DIGITS} digits, nothing else")


def checkPassword(password: str) -> None:
    """
    Check a password; C{""} means that there is none.

    @raise BadValue: it has more than 128 bytes, or is not valid UTF-8.
    """
    try:
        length = len(password.encode())
    except UnicodeEncodeError:
        raise BadValue("the password is not valid UTF-8") from None
    if length > LONGEST:
        raise BadValue(f"a password has at most {LONGEST} bytes, this one has {length}")


def checkNickname(nickname: str) -> None:
    """
    Check a nickname.

    @raise BadValue: it has not 1 to 32 printable characters of ISO 8859-1, or
        starts or ends with a blank.
    """
    latin = all(ord(letter) < 256 for letter in nickname)
    if not (latin and nickname.isprintable() and 1 <= len(nickname) <= NICKNAME):
        raise BadValue(
            f"a nickname has 1 to {NICKNAME} printable characters of ISO 8859-1"
        )
    if nickname != nickname.strip():
        raise BadValue("a nickname must not start or end with a blank")


def checkWords(name: str, text: str) -> None:
    """
    Check a short text.

    @param name: the field, for the message.
    @raise BadValue: it is too long, or has characters that cannot be printed.
    """
    if len(text) > WORDS or not text.isprintable():
        raise BadValue(f"{name} has at most {WORDS} printable characters")


def checkMacId(text: str) -> str:
    """
    Check the four characters behind the MAC on the bar code.

    @return: them in upper case.
    @raise BadValue: they are neither C{""} nor four letters or digits.
    """
    if text and not (len(text) == 4 and text.isascii() and text.isalnum()):
        raise BadValue("mac_id must have four letters or digits")
    return text.upper()
