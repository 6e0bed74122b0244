# -*- test-case-name: tests.directory.test_privatebook -*-
"""
Read and change an owner's private book.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Iterable

from gigasetd.directory.entry import contactOf
from gigasetd.directory.vcard import writeCards
from gigasetd.errors import BadValue, Unknown
from gigasetd.registry.model import Contact
from gigasetd.registry.registry import Registry

MOST = 2000  #: entries of one book, unless the configuration says otherwise


def entries(registry: Registry, number: str) -> list[Contact]:
    """
    Return all entries of one owner, by name.
    """
    return sorted(registry.contacts.get(number, {}).values(), key=_byName)


def _byName(contact: Contact) -> tuple[str, str, str]:
    name = contact.last or contact.nickname
    return name.casefold(), contact.first.casefold(), contact.id


def putEntry(registry: Registry, contact: Contact, most: int = MOST) -> Contact:
    """
    Add an entry, or replace the one with the same id.

    @param contact: with the owner's number; an empty id makes a new entry.
    @return: the entry as it is stored.
    @raise BadValue: there is no such account, the entry has no name or no
        number, or the book is full.
    @raise Unknown: there is no entry of that id.
    """
    _checkOwner(registry, contact.number)
    book = registry.contacts.get(contact.number, {})
    if contact.id and contact.id not in book:
        raise Unknown("there is no entry with this id")
    if not contact.id and len(book) >= most:
        raise BadValue(f"a book holds at most {most} entries")
    stored = contactOf(contact._asdict(), contact.number, contact.id or _free(book))
    registry.put(stored)
    return stored


def _free(book: Iterable[str]) -> str:
    return str(1 + max((int(id) for id in book if id.isdecimal()), default=0))


def dropEntry(registry: Registry, number: str, id: str) -> Contact:
    """
    Remove one entry.

    @return: the removed entry.
    @raise Unknown: there is no entry of that id.
    """
    contact = registry.contacts.get(number, {}).get(id)
    if contact is None:
        raise Unknown("there is no entry with this id")
    registry.drop(contact)
    return contact


def replaceEntries(
    registry: Registry, number: str, contacts: Iterable[Contact], most: int = MOST
) -> int:
    """
    Replace the whole book; entries that stay the same keep their ids.

    @return: the number of entries now.
    @raise BadValue: there is no such account, or there are too many entries;
        nothing has changed then.
    """
    _checkOwner(registry, number)
    wanted = list(dict.fromkeys(contact._replace(id="") for contact in contacts))
    if len(wanted) > most:
        raise BadValue(f"a book holds at most {most} entries; these are {len(wanted)}")
    book = dict(registry.contacts.get(number, {}))
    present = {contact._replace(id=""): contact for contact in book.values()}
    wanted = [contact._replace(number=number) for contact in wanted]
    for contact in set(book.values()) - {present.get(new) for new in wanted}:
        registry.drop(contact)
    free = int(_free(book))
    for place, contact in enumerate(new for new in wanted if new not in present):
        registry.put(contact._replace(id=str(free + place)))
    return len(wanted)


def _checkOwner(registry: Registry, number: str) -> None:
    """
    @raise BadValue: there is no such account, or its information services, of
        which the book is one, are switched off.
    """
    account = registry.accounts.get(number)
    if account is None:
        raise BadValue("a book needs an account: there is none of this number")
    if not account.offers("info"):
        raise BadValue("the information services are switched off")


def exportBook(registry: Registry, number: str) -> str:
    """
    Export the whole book as vCards.
    """
    return writeCards(entries(registry, number))
