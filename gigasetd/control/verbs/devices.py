# -*- test-case-name: tests.control.verbs.test_devices -*-
"""
C{device ...} and C{service ...}: devices, their accounts and services.

Each verb finds the device, calls the rule, and describes what it did.

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
from gigasetd.accounts.factorypairing import resetPin
from gigasetd.accounts.proposal import NewDevice, Numbering
from gigasetd.accounts.services import disableService, enableService
from gigasetd.control.documents import deviceDetails, deviceRow, guestRow
from gigasetd.control.messages import (
    Document,
    Event,
    ImportFaults,
    LongWork,
    Result,
    Verb,
    VerbRequest,
    chunks,
)
from gigasetd.devices.checkin import guests
from gigasetd.errors import Refused
from gigasetd.provisioning.firmwareoffers import ACCEPTED, DECLINED, decide, offersView
from gigasetd.registry.model import Account
from gigasetd.registry.registry import Registry
from gigasetd.registry.subject import Subject, subjectOf, subjects
from gigasetd.telemetry.running import Running

PROGRESS = 1000
"""Rows of an import between two reports of progress."""


@dataclass
class DeviceVerbs:
    """
    @ivar numbering: makes numbers, and seals passwords.
    """

    registry: Registry
    running: Running
    numbering: Numbering

    def table(self) -> dict[str, Verb]:
        """
        The verbs by name.
        """
        return {
            "device add": self.add,
            "device import": self.importTable,
            "device list": self.list,
            "device show": self.show,
            "device password": self.password,
            "device digest": self.digest,
            "device reset-pin": self.resetPin,
            "device sync": self.sync,
            "device accept": self.accept,
            "device decline": self.decline,
            "device remove": self.remove,
            "device export": self.export,
            "device erase": self.erase,
            "service enable": self.enableService,
            "service disable": self.disableService,
        }

    def add(self, request: VerbRequest) -> Result:
        """
        Add a device and its account; return what was generated.

        @raise Refused: a value is not allowed, or taken.
        """
        new = NewDevice(
            mac=request.text("mac"),
            number=request.optional("number"),
            password=request.optional("password"),
            factory=request.flag("factory"),
            serial=request.text("serial").strip(),
            item_number=request.text("item_number").strip(),
            product=request.text("product").strip(),
            nickname=request.text("nickname"),
            mac_id=request.text("mac_id").strip(),
            rolling=request.flag("rolling"),
        )
        added = addDevice(self.registry, new, self.numbering, request.now)
        document = {"mac": added.device.mac, "number": added.account.number}
        if added.password:
            document["password"] = added.password
        return Result({**document, "warnings": list(added.warnings)})

    def importTable(self, request: VerbRequest) -> LongWork:
        """
        Add the devices of a CSV text, all or none; return what was generated.
        """
        text = request.text("text")
        batch = CsvImport(self.registry, text, self.numbering, request.now)
        return LongWork(_progress(batch), lambda: self._imported(batch))

    def _imported(self, batch: CsvImport) -> Result:
        """
        Add the devices that were read.

        @raise ImportFaults: a row is faulty, and nothing was imported.
        """
        batch.commit()
        if batch.faults:
            raise ImportFaults(batch.faults, batch.more)
        document = {"imported": len(batch.proposals), "warnings": _weak(batch)}
        return Result(document, chunks(_generated(batch)), "devices")

    def list(self, request: VerbRequest) -> Result:
        """
        List all devices, or all guests.
        """
        if request.flag("guests"):
            reports = sorted(guests(self.registry), key=lambda guest: guest.mac)
            return Result(None, chunks(map(guestRow, reports)))
        rows = (deviceRow(each, request.now) for each in subjects(self.registry))
        return Result(None, chunks(rows))

    def show(self, request: VerbRequest) -> Result:
        """
        Show one device or guest, without secrets.

        @raise Unknown: no device has that ID.
        """
        subject = self._subject(request)
        offers = offersView(self.registry, self.running.firmware(), subject.mac)
        details = deviceDetails(subject, request.now, self.running.reachable)
        return Result({**details, "offers": offers})

    def password(self, request: VerbRequest) -> Result:
        """
        Set a password, or generate one and return it.

        @raise Refused: the device has no account, or the password is too weak.
        """
        subject = self._subject(request)
        change = setMessagingPassword if request.flag("messaging") else setPassword
        renewal = change(
            self.registry,
            _account(subject),
            request.optional("password"),
            self.numbering,
        )
        document: Document = {"mac": subject.mac, "number": renewal.account.number}
        if renewal.password:
            document["password"] = renewal.password
        weak = renewal.weakness
        document["warnings"] = [f"the password is weak: {weak}"] if weak else []
        return Result(document)

    def digest(self, request: VerbRequest) -> Result:
        """
        Set the digest algorithms that a phone is offered.

        @raise Refused: the device has no account, or an algorithm is unknown.
        """
        subject = self._subject(request)
        text = request.text("algorithms")
        account = setAlgorithms(self.registry, _account(subject), text)
        return Result(
            {
                "mac": subject.mac,
                "number": account.number,
                "digest": account.digest.split(),
            }
        )

    def resetPin(self, request: VerbRequest) -> Result:
        """
        Reset the factory pairing: the next phone that logs in is accepted.

        @raise Refused: the device has no account with a factory log-in.
        """
        subject = self._subject(request)
        pin = resetPin(self.registry, _account(subject))
        return Result(
            {"mac": subject.mac, "number": pin.number, "generation": pin.generation}
        )

    def sync(self, request: VerbRequest) -> Result:
        """
        Make a device's phones fetch their settings; return how many were
        notified.

        @raise Refused: none is reachable.
        """
        subject = self._subject(request)
        number = _account(subject).number
        count = self.running.sync(number, not request.flag("no_reboot"))
        if not count:
            raise Refused(f"no phone of {number} is reachable now")
        return Result({"mac": subject.mac, "number": number, "asked": count})

    def accept(self, request: VerbRequest) -> Result:
        """
        Accept an offered firmware version for a device.
        """
        return self._decide(request, ACCEPTED)

    def decline(self, request: VerbRequest) -> Result:
        """
        Decline an offered firmware version for a device.
        """
        return self._decide(request, DECLINED)

    def _decide(self, request: VerbRequest, decision: str) -> Result:
        offer = decide(
            self.registry,
            self.running.firmware(),
            self._subject(request),
            request.text("version").strip(),
            decision,
            request.now,
        )
        return Result(
            {"mac": offer.mac, "version": offer.version, "decision": offer.decision}
        )

    def remove(self, request: VerbRequest) -> Result:
        """
        Delete a device and its account.
        """
        subject = self._subject(request)
        removeDevice(self.registry, subject)
        return Result({"mac": subject.mac, "number": subject.number})

    def export(self, request: VerbRequest) -> Result:
        """
        Return everything that is stored about a device, secrets included.
        """
        subject = self._subject(request)
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
        stored = export(subject, self.numbering.sealer.open)
        return Result({**stored, "calls": calls, "streams": streams})

    def erase(self, request: VerbRequest) -> Result:
        """
        Delete a device's personal data, or the device with all of it.
        """
        subject = self._subject(request)
        if request.flag("all"):
            removeDevice(self.registry, subject)
        else:
            erase(self.registry, subject)
        return Result({"mac": subject.mac, "number": subject.number})

    def enableService(self, request: VerbRequest) -> Result:
        """
        Turn a service on.
        """
        return self._switch(request, enableService)

    def disableService(self, request: VerbRequest) -> Result:
        """
        Turn a service off, and delete its data.
        """
        return self._switch(request, disableService)

    def _switch(
        self, request: VerbRequest, switch: Callable[[Registry, Account, str], Account]
    ) -> Result:
        subject = self._subject(request)
        account = switch(self.registry, _account(subject), request.text("service"))
        return Result(
            {
                "mac": subject.mac,
                "number": account.number,
                "services": account.services(),
            }
        )

    def _subject(self, request: VerbRequest) -> Subject:
        return subjectOf(self.registry, request.text("id").strip())


def _account(subject: Subject) -> Account:
    if subject.account is None:
        raise Refused(f"{subject.mac} has no account: add the device first")
    return subject.account


def _progress(batch: CsvImport) -> Iterator[Event]:
    for done in batch.read():
        due = done % PROGRESS == 0
        yield {"progress": [done, max(done, batch.rows)]} if due else None


def _generated(batch: CsvImport) -> Iterator[Document]:
    """
    List the numbers and passwords that were generated for an import.
    """
    for place, added in batch.proposals:
        if added.password or added.numbered:
            yield {
                "line": place.line,
                "mac": added.device.mac,
                "number": added.account.number,
                "password": added.password or None,
            }


def _weak(batch: CsvImport) -> list[str]:
    """
    Make one warning of all weak passwords of an import.
    """
    weak = [str(place) for place, added in batch.proposals if added.warnings]
    if not weak:
        return []
    count = "a weak password" if len(weak) == 1 else f"{len(weak)} weak passwords"
    return [f"{count}, first in {weak[0]}"]
