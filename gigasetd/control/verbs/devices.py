# -*- test-case-name: tests.control.verbs.test_daemon -*-
"""
What the operator can ask about devices: C{device ...} and C{service ...}.

Each verb finds out who is meant, lets a rule decide, and says what to tell.

Layer 2 (rules).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gigasetd.accounts.csvimport import CsvImport
from gigasetd.accounts.dataexport import erase, export
from gigasetd.accounts.digestalgorithms import setAlgorithms
from gigasetd.accounts.enrolment import (
    addDevice,
    removeDevice,
    setMessagingPassword,
    setPassword,
)
from gigasetd.accounts.pin import resetPin
from gigasetd.accounts.proposal import NewDevice, Numbering
from gigasetd.accounts.services import disableService, enableService
from gigasetd.control.documents import deviceDetails, deviceRow, guestRow
from gigasetd.control.messages import (
    Answer,
    Asked,
    Event,
    Faulty,
    Slow,
    Verb,
    View,
    chunks,
)
from gigasetd.devices.checkin import guests
from gigasetd.errors import Refused
from gigasetd.provisioning.firmwareoffers import ACCEPTED, DECLINED, decide, offersView
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry
from gigasetd.registry.subject import Subject, subjectOf, subjects
from gigasetd.telemetry.running import Running

REPORTED = 1000
"""Rows of an import between two reports of progress."""


@dataclass
class Devices:
    """
    @ivar numbering: what numbers and passwords are made by.
    @ivar now: epoch seconds.
    """

    registry: Registry
    running: Running
    numbering: Numbering
    now: Callable[[], float]

    def table(self) -> dict[str, Verb]:
        """
        The verbs by name.
        """
        return {
            "device add": self.deviceAdd,
            "device import": self.deviceImport,
            "device list": self.deviceList,
            "device show": self.deviceShow,
            "device password": self.devicePassword,
            "device digest": self.deviceDigest,
            "device reset-pin": self.deviceResetPin,
            "device sync": self.deviceSync,
            "device accept": self.deviceAccept,
            "device decline": self.deviceDecline,
            "device remove": self.deviceRemove,
            "device export": self.deviceExport,
            "device erase": self.deviceErase,
            "service enable": self.serviceEnable,
            "service disable": self.serviceDisable,
        }

    def deviceAdd(self, asked: Asked) -> Answer:
        """
        Add one device; tell what was generated.
        """
        new = NewDevice(
            mac=asked.text("mac"),
            number=asked.some("number"),
            password=asked.some("password"),
            factory=asked.flag("factory"),
            serial=asked.text("serial").strip(),
            item_number=asked.text("item_number").strip(),
            product=asked.text("product").strip(),
            nickname=asked.text("nickname"),
            mac_id=asked.text("mac_id").strip(),
            rolling=asked.flag("rolling"),
        )
        made = addDevice(self.registry, new, self.numbering, self.now())
        told = {"mac": made.device.mac, "number": made.account.number}
        if made.password:
            told["password"] = made.password
        return Answer({**told, "warnings": list(made.warnings)})

    def deviceImport(self, asked: Asked) -> Slow:
        """
        Add the devices of a table; tell what was generated.
        """
        batch = CsvImport(self.registry, asked.text("text"), self.numbering, self.now())
        return Slow(_progress(batch), lambda: self._imported(batch))

    def _imported(self, batch: CsvImport) -> Answer:
        """
        End an import.

        @raise Faulty: there are faults; nothing was imported.
        """
        batch.commit()
        if batch.faults:
            raise Faulty(batch.faults, batch.more)
        result = {"imported": len(batch.proposals), "warnings": _weak(batch)}
        return Answer(result, chunks(_generated(batch)), "devices")

    def deviceList(self, asked: Asked) -> Answer:
        """
        All devices, or all guests.
        """
        if asked.flag("guests"):
            found = sorted(guests(self.registry), key=lambda guest: guest.mac)
            return Answer(None, chunks(map(guestRow, found)))
        now = self.now()
        views = (deviceRow(subject, now) for subject in subjects(self.registry))
        return Answer(None, chunks(views))

    def deviceShow(self, asked: Asked) -> Answer:
        """
        One device, without secrets.
        """
        subject = self._subject(asked)
        offers = offersView(self.registry, self.running.firmware(), subject.mac)
        view = deviceDetails(subject, self.now(), self.running.reachable)
        return Answer({**view, "offers": offers})

    def devicePassword(self, asked: Asked) -> Answer:
        """
        Set a new password, or generate one and tell it.
        """
        subject = self._subject(asked)
        given = asked.some("password")
        change = setMessagingPassword if asked.flag("messaging") else setPassword
        renewal = change(self.registry, _account(subject), given, self.numbering)
        told: View = {"mac": subject.mac, "number": renewal.account.number}
        if renewal.password:
            told["password"] = renewal.password
        weak = renewal.weakness
        told["warnings"] = [f"the password is weak: {weak}"] if weak else []
        return Answer(told)

    def deviceDigest(self, asked: Asked) -> Answer:
        """
        Say which digest algorithms one device is offered.
        """
        subject = self._subject(asked)
        text = asked.text("algorithms")
        account = setAlgorithms(self.registry, _account(subject), text)
        told = {"mac": subject.mac, "number": account.number}
        return Answer({**told, "digest": account.digest.split()})

    def deviceResetPin(self, asked: Asked) -> Answer:
        """
        Forget the pinned factory answer: the next phone that comes is pinned.
        """
        subject = self._subject(asked)
        pin = resetPin(self.registry, _account(subject))
        told = {"mac": subject.mac, "number": pin.number}
        return Answer({**told, "generation": pin.generation})

    def deviceSync(self, asked: Asked) -> Answer:
        """
        Make a device's phones fetch their settings; tell how many were asked.

        @raise Refused: none can be reached.
        """
        subject = self._subject(asked)
        number = _account(subject).number
        count = self.running.sync(number, not asked.flag("no_reboot"))
        if not count:
            raise Refused(f"no phone of {number} can be reached now")
        return Answer({"mac": subject.mac, "number": number, "asked": count})

    def deviceAccept(self, asked: Asked) -> Answer:
        """
        The owner wants a firmware.
        """
        return self._decide(asked, ACCEPTED)

    def deviceDecline(self, asked: Asked) -> Answer:
        """
        The owner does not want a firmware.
        """
        return self._decide(asked, DECLINED)

    def _decide(self, asked: Asked, decision: str) -> Answer:
        """
        Remember what the owner wants.
        """
        offer = decide(
            self.registry,
            self.running.firmware(),
            self._subject(asked),
            asked.text("version").strip(),
            decision,
            self.now(),
        )
        return Answer(
            {"mac": offer.mac, "version": offer.version, "decision": offer.decision}
        )

    def deviceRemove(self, asked: Asked) -> Answer:
        """
        Forget a device and its account.
        """
        subject = self._subject(asked)
        removeDevice(self.registry, subject)
        return Answer({"mac": subject.mac, "number": subject.number})

    def deviceExport(self, asked: Asked) -> Answer:
        """
        Everything known about a device.
        """
        subject = self._subject(asked)
        number = subject.number
        calls = [
            call
            for call in self.running.calls()
            if number and number in (call.get("caller"), call.get("callee"))
        ]
        streams = [
            stream
            for stream in self.running.streams()
            if number and stream.get("number") == number
        ]
        told = export(subject, self.numbering.sealer.open)
        return Answer({**told, "calls": calls, "streams": streams})

    def deviceErase(self, asked: Asked) -> Answer:
        """
        Forget what need not be kept, or all.
        """
        subject = self._subject(asked)
        if asked.flag("all"):
            removeDevice(self.registry, subject)
        else:
            erase(self.registry, subject)
        return Answer({"mac": subject.mac, "number": subject.number})

    def serviceEnable(self, asked: Asked) -> Answer:
        """
        Switch a service on.
        """
        return self._switch(asked, enableService)

    def serviceDisable(self, asked: Asked) -> Answer:
        """
        Switch a service off, which drops its data.
        """
        return self._switch(asked, disableService)

    def _switch(
        self, asked: Asked, switch: Callable[[Registry, Account, str], Account]
    ) -> Answer:
        """
        Switch a service and tell which ones are on.
        """
        subject = self._subject(asked)
        account = switch(self.registry, _account(subject), asked.text("service"))
        return Answer(
            {
                "mac": subject.mac,
                "number": account.number,
                "services": account.services(),
            }
        )

    def _subject(self, asked: Asked) -> Subject:
        """
        Who is meant.

        @raise Unknown: nobody is.
        """
        return subjectOf(self.registry, asked.text("id").strip())


def _account(subject: Subject) -> Account:
    """
    The subject's account.

    @raise Refused: it is a guest, and has none.
    """
    if subject.account is None:
        raise Refused(f"{subject.mac} has no account: add the device first")
    return subject.account


def _progress(batch: CsvImport) -> Iterator[Event]:
    """
    Read a table slice by slice, telling of it every thousand rows.
    """
    for done in batch.read():
        told = done % REPORTED == 0
        yield {"progress": [done, max(done, batch.rows)]} if told else None


def _generated(batch: CsvImport) -> Iterator[View]:
    """
    Numbers and passwords that were made up for an import.
    """
    for place, made in batch.proposals:
        if made.password or made.numbered:
            yield {
                "line": place.line,
                "mac": made.device.mac,
                "number": made.account.number,
                "password": made.password or None,
            }


def _weak(batch: CsvImport) -> list[str]:
    """
    One warning for all weak passwords of an import.
    """
    weak = [str(place) for place, made in batch.proposals if made.warnings]
    if not weak:
        return []
    count = "a weak password" if len(weak) == 1 else f"{len(weak)} weak passwords"
    return [f"{count}, first in {weak[0]}"]
