# -*- test-case-name: tests.accounts.test_enrolment -*-
"""
The form of what operators and owners type: numbers, names, passwords.

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
    @raise BadValue: C{number} is not one to fifteen digits.
    """
    if not (number.isascii() and number.isdigit() and len(number) <= DIGITS):
        raise BadValue(f"a number has 1 to {DIGITS} digits and nothing else")


def checkPassword(password: str) -> None:
    """
    Any text of at most 128 bytes will do; C{""} stands for none given.

    @raise BadValue: it is longer, or holds bytes that are no text.
    """
    try:
        length = len(password.encode())
    except UnicodeEncodeError:
        raise BadValue("the password is not valid UTF-8") from None
    if length > LONGEST:
        raise BadValue(f"a password has at most {LONGEST} bytes, this one {length}")


def checkNickname(nickname: str) -> None:
    """
    @raise BadValue: it is no 1 to 32 printable characters of ISO 8859-1, or
        blank at an end.
    """
    latin = all(ord(letter) < 256 for letter in nickname)
    if not (latin and nickname.isprintable() and 1 <= len(nickname) <= NICKNAME):
        raise BadValue(
            f"a nickname has 1 to {NICKNAME} printable characters of ISO 8859-1"
        )
    if nickname != nickname.strip():
        raise BadValue("a nickname neither starts nor ends with a blank")


def checkWords(name: str, text: str) -> None:
    """
    @param name: what the text is, for the message.
    @raise BadValue: it is too long or holds what cannot be printed.
    """
    if len(text) > WORDS or not text.isprintable():
        raise BadValue(f"{name} has at most {WORDS} printable characters")


def checkMacId(text: str) -> str:
    """
    The four characters behind the MAC on the bar code, in upper case.

    @raise BadValue: they are not four letters or digits; C{""} is taken.
    """
    if text and not (len(text) == 4 and text.isascii() and text.isalnum()):
        raise BadValue("mac_id has four letters or digits")
    return text.upper()
