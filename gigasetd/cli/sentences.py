# -*- test-case-name: tests.cli.test_sentences -*-
"""
Results as sentences and labelled figures for people, where the fields of the JSON
document do not explain themselves.

Layer 3 (I/O).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from gigasetd.cli.output import lines, moment, printable

Document = dict[str, Any]
Arguments = dict[str, Any]
"""The options of the command line by name."""

STORE = {
    "kind": "database",
    "ok": "working",
    "detail": "problem",
    "pending": "changes that wait to be written",
    "oldest": "seconds that the oldest of them waits",
    "most": "most that have waited at a time",
    "flushed": "last change written",
    "number": "last change made",
    "refused": "rows that the database refused",
}
"""Field of the store's state -> its label."""

FACTORY = {
    "pinned": "paired with a phone",
    "generation": "pairings reset",
    "rolling": "rolling log-in",
}
"""Field of a factory log-in -> its label; they mean nothing for other devices."""

NAMES = {"here": "this server", "change": "to do"}
"""Column of C{check dns} -> its heading."""


def labelled(document: Document, labels: dict[str, str]) -> Document:
    """
    Rename the fields that have a label.
    """
    return {labels.get(name, name): value for name, value in document.items()}


def _status(document: Document, arguments: Arguments) -> list[str]:
    uptime = str(timedelta(seconds=round(document["uptime"])))
    figures = labelled(document["store"], STORE)
    first = {name: figures[name] for name in STORE.values() if name in figures}
    store = first | figures
    return lines({**document, "uptime": uptime, "store": store})


def _show(document: Document, arguments: Arguments) -> list[str]:
    if document["login"] == "factory":
        return lines(labelled(document, FACTORY))
    return lines({key: document[key] for key in document if key not in FACTORY})


def _removed(document: Document, arguments: Arguments) -> list[str]:
    parts = []
    if document["mac"]:
        parts.append(f"the device {document['mac']}")
    if document["number"]:
        parts.append(f"the account {document['number']}")
    return [f"Deleted {' and '.join(parts)}, with all data."]


def _erased(document: Document, arguments: Arguments) -> list[str]:
    if arguments.get("all"):
        return _removed(document, arguments)
    name = document["number"] or document["mac"]
    return [f"Deleted the personal data of {name}; device and number remain."]


def _password(document: Document, arguments: Arguments) -> list[str]:
    sentence = f"Set a new password for {document['number'] or document['mac']}."
    if "password" not in document:
        return [sentence]
    return [sentence, f"password  {printable(document['password'])}"]


def _digest(document: Document, arguments: Arguments) -> list[str]:
    names = ", ".join(document["digest"]) or "those of sip.digest"
    return [f"Offering {document['number']} these digest algorithms: {names}."]


def _pinReset(document: Document, arguments: Arguments) -> list[str]:
    return [
        f"Reset the factory pairing of {document['number']}: the next phone that logs "
        "in is accepted."
    ]


def _synced(document: Document, arguments: Arguments) -> list[str]:
    phones = _count(document["asked"], "phone")
    return [f"Notified {phones} of {document['number']} to fetch the settings now."]


def _decided(document: Document, arguments: Arguments) -> list[str]:
    version = printable(document["version"])
    return [f"{document['decision'].capitalize()} {version} for {document['mac']}."]


def _switched(document: Document, arguments: Arguments) -> list[str]:
    services = ", ".join(document["services"]) or "none"
    if arguments.get("verb") == "service disable":
        done = "Turned off {} for {}, and deleted its data."
    else:
        done = "Turned on {} for {}."
    sentence = done.format(arguments.get("service"), document["number"])
    return [f"{sentence} Services that are on: {services}."]


def _sent(document: Document, arguments: Arguments) -> list[str]:
    waiting = document["waiting"]
    if not waiting:
        return [f"Delivered to {document['number']}."]
    verb = "waits" if waiting == 1 else "wait"
    return [f"{_count(waiting, 'message')} now {verb} for {document['number']}."]


def _lifted(document: Document, arguments: Arguments) -> list[str]:
    where = ", ".join(document["lifted"])
    return [f"Lifted the ban of {document['address']} ({where})."]


def _revoked(document: Document, arguments: Arguments) -> list[str]:
    return [f"Revoked the token {printable(document['name'])}."]


def _noticeAdded(document: Document, arguments: Arguments) -> list[str]:
    until = document["until"]
    end = f"until {moment(until)}" if until else "until it is removed"
    return [f"Added the notice {printable(document['name'])}: phones show it {end}."]


def _noticeRemoved(document: Document, arguments: Arguments) -> list[str]:
    return [f"Removed the notice {printable(document['name'])}."]


def _bookImported(document: Document, arguments: Arguments) -> list[str]:
    count = document["entries"]
    entries = "1 entry" if count == 1 else f"{count} entries"
    return [f"The phone book of {document['number']} now has {entries}."]


def _rotated(document: Document, arguments: Arguments) -> list[str]:
    sealed = _count(document["sealed"], "password")
    if document["finished"]:
        return [f"Created a new key, and encrypted {sealed} with it."]
    return [f"Created a new key. Encrypted with it so far: {sealed}."]


def _reloaded(document: Document, arguments: Arguments) -> list[str]:
    sentence = "Reloaded the configuration."
    keys = document["restart"]
    if not keys:
        return [f"{sentence} No change needs a restart."]
    return [sentence, f"Changes that need a restart: {', '.join(keys)}"]


def _backedUp(document: Document, arguments: Arguments) -> list[str]:
    file = printable(document["file"])
    return [f"Wrote all data ({_count(document['rows'], 'row')}) to {file}."]


def _restored(document: Document, arguments: Arguments) -> list[str]:
    return [f"Restored {_count(document['restored'], 'row')}."]


def _config(document: Document, arguments: Arguments) -> list[str]:
    file = document["file"]
    variables = document.get("variables")
    sentences = [
        f"{printable(file)}: no mistakes."
        if file
        else "No configuration file: checked the built-in defaults, no mistakes."
    ]
    if variables:
        names = printable(", ".join(variables))
        sentences.append(f"These environment variables override it: {names}")
    return sentences


def _dns(document: Document, arguments: Arguments) -> list[str]:
    names = [labelled(each, NAMES) for each in document["names"]]
    return lines({**_report(document), "names": names})


def _certificates(document: Document, arguments: Arguments) -> list[str]:
    return lines(_report(document))


def _report(document: Document) -> Document:
    # What is wrong is said on standard error.
    return {key: document[key] for key in document if key not in ("ok", "detail")}


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


SENTENCES: dict[str, Callable[[Document, Arguments], list[str]]] = {
    "status": _status,
    "device show": _show,
    "device password": _password,
    "device digest": _digest,
    "device reset-pin": _pinReset,
    "device sync": _synced,
    "device accept": _decided,
    "device decline": _decided,
    "device remove": _removed,
    "device erase": _erased,
    "service enable": _switched,
    "service disable": _switched,
    "book import": _bookImported,
    "message send": _sent,
    "bans lift": _lifted,
    "token remove": _revoked,
    "notice add": _noticeAdded,
    "notice remove": _noticeRemoved,
    "key rotate": _rotated,
    "reload": _reloaded,
    "backup": _backedUp,
    "restore": _restored,
    "check config": _config,
    "check dns": _dns,
    "check certificates": _certificates,
}
"""Verb -> its result as lines for people, without the warnings."""
