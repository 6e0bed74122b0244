# -*- test-case-name: tests.scenarios.test_call -*-
"""
A softphone's calls: the sound in them, and their states. Only for the process of
L{tests.scenarios.softphone}.

Layer 3 (I/O).
"""

from __future__ import annotations

import os
import tempfile
import time
from typing import Any

import pjsua2 as pj

from tests.scenarios.saying import say
from tests.scenarios.tone import WINDOW, holdsTone, isLoud, samplesOf

HEADER = 44
"""
Octets before the samples in a recording of PJSIP's.
"""

DEAF = 1.0
"""
Seconds without any recorded sample that count as silence: the side that holds
is given none. The library's recorder writes in steps of 0.25 s.
"""

MEDIA = {
    pj.PJSUA_CALL_MEDIA_NONE: "none",
    pj.PJSUA_CALL_MEDIA_ACTIVE: "active",
    pj.PJSUA_CALL_MEDIA_LOCAL_HOLD: "local-hold",
    pj.PJSUA_CALL_MEDIA_REMOTE_HOLD: "remote-hold",
    pj.PJSUA_CALL_MEDIA_ERROR: "error",
}


class Ear:
    """
    Listens to one call and reports when a tone begins and ends.

    @ivar tones: frequencies listened for, in hertz, to whether each is
        heard now.
    @ivar sound: whether anything is heard now.
    """

    def __init__(self, call: int, tones: list[int]) -> None:
        self.call = call
        self.tones = dict.fromkeys(tones, False)
        self.sound = False
        descriptor, self.path = tempfile.mkstemp(suffix=".wav")
        os.close(descriptor)
        self.recorder = pj.AudioMediaRecorder()
        self.recorder.createRecorder(self.path)
        self.position = HEADER
        self.heardAt = time.monotonic()

    def listen(self) -> None:
        """
        Analyse the sound recorded since the last call.
        """
        with open(self.path, "rb") as recording:
            recording.seek(self.position)
            data = recording.read()
        now = time.monotonic()
        if len(data) < WINDOW * 2 and now - self.heardAt > DEAF:
            self._judge(samplesOf(bytes(WINDOW * 2)))
        while len(data) >= WINDOW * 2:
            self.heardAt = now
            self._judge(samplesOf(data[: WINDOW * 2]))
            data = data[WINDOW * 2 :]
            self.position += WINDOW * 2

    def _judge(self, window: Any) -> None:
        sound = isLoud(window)
        if sound != self.sound:
            self.sound = sound
            say(event="sound", call=self.call, present=sound)
        for frequency, before in self.tones.items():
            now = holdsTone(window, frequency)
            if now != before:
                self.tones[frequency] = now
                say(event="tone", call=self.call, frequency=frequency, present=now)

    def close(self) -> None:
        """
        Stop the recording and remove it.
        """
        self.recorder = None
        os.unlink(self.path)


class Line(pj.Call):  # type: ignore[misc]
    """
    One call, with its recording and its tone generator.
    """

    def __init__(self, phone: Phone, *call: Any) -> None:
        super().__init__(phone, *call)
        self.phone = phone
        self.ear: Ear | None = None
        self.mouth: Any = None

    def onCallState(self, prm: Any) -> None:
        """
        Report the state of the call.
        """
        info = self.getInfo()
        say(
            event="state",
            call=info.id,
            state=info.stateText,
            code=info.lastStatusCode,
            reason=info.lastReason,
        )
        if info.state == pj.PJSIP_INV_STATE_DISCONNECTED:
            self.phone.forget(info.id)

    def onCallMediaState(self, prm: Any) -> None:
        """
        Connect recording and tone to the call's media.
        """
        # The vector belongs to the info and dies with it.
        info = self.getInfo()
        for index, media in enumerate(info.media):
            if media.type == pj.PJMEDIA_TYPE_AUDIO:
                self._join(index, media)

    def _join(self, index: int, media: Any) -> None:
        say(event="media", call=self.getId(), status=MEDIA[media.status])
        if media.status in (
            pj.PJSUA_CALL_MEDIA_ACTIVE,
            pj.PJSUA_CALL_MEDIA_REMOTE_HOLD,
        ):
            audio = self.getAudioMedia(index)
            if self.ear is None:
                self.ear = Ear(self.getId(), self.phone.tones)
            audio.startTransmit(self.ear.recorder)
            if self.mouth is not None:
                self.mouth.startTransmit(audio)

    def onDtmfDigit(self, prm: Any) -> None:
        """
        Report a key that the other side pressed.
        """
        say(event="dtmf", call=self.getId(), digit=prm.digit)

    def play(self, frequency: int) -> None:
        """
        Play a tone until changed.
        """
        tone = pj.ToneDesc()
        tone.freq1, tone.freq2 = frequency, 0
        tone.on_msec, tone.off_msec, tone.volume = 1000, 0, 12000
        tones = pj.ToneDescVector()
        tones.append(tone)
        if self.mouth is None:
            self.mouth = pj.ToneGenerator()
            self.mouth.createToneGenerator(8000, 1)
        self.mouth.stop()
        self.mouth.play(tones, True)
        self.mouth.startTransmit(self.getAudioMedia(-1))

    def close(self) -> None:
        """
        Release everything that plays or records.
        """
        if self.ear is not None:
            self.ear.close()
        self.ear = self.mouth = None


class Phone(pj.Account):  # type: ignore[misc]
    """
    One registered number and its calls.

    @ivar lines: calls by PJSIP's number for them.
    @ivar ringing: answer incoming calls with 180 at once.
    """

    def __init__(self, ringing: bool, tones: list[int]) -> None:
        super().__init__()
        self.ringing = ringing
        self.tones = tones
        self.lines: dict[int, Line] = {}
        self.ended: list[Line] = []

    def onRegState(self, prm: Any) -> None:
        """
        Report the state of the registration.
        """
        info = self.getInfo()
        say(
            event="registration",
            code=prm.code,
            reason=prm.reason,
            active=info.regIsActive,
            expires=prm.expiration,
        )

    def onIncomingCall(self, prm: Any) -> None:
        """
        Ring, and report the caller.
        """
        line = self.lines[prm.callId] = Line(self, prm.callId)
        if self.ringing:
            line.answer(status(180))
        info = line.getInfo()
        say(event="incoming", call=prm.callId, remote=info.remoteUri)

    def onMwiInfo(self, prm: Any) -> None:
        """
        Report whether messages wait.
        """
        *_, body = prm.rdata.wholeMsg.partition("\r\n\r\n")
        say(event="messages", body=body)

    def forget(self, call: int) -> None:
        """
        Hold an ended call until the library has left its callback.
        """
        line = self.lines.pop(call, None)
        if line is not None:
            self.ended.append(line)

    def tend(self) -> None:
        """
        Listen to the live calls and release the ended ones.
        """
        while self.ended:
            self.ended.pop().close()
        for line in self.lines.values():
            if line.ear is not None:
                line.ear.listen()


def status(code: int) -> Any:
    """
    Make the parameters of one operation on a call.

    @param code: the SIP status to answer with, C{0} for the usual one.
    """
    prm = pj.CallOpParam(True)
    prm.statusCode = code
    return prm
