"""
Tests of L{gigasetd.devices.useragent}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.devices.useragent import UNKNOWN, UserAgent, parseUserAgent

PHONES = {
    "N510 IP PRO/42.258.00.000.000;7C2F806257D7": UserAgent(
        "N510 IP PRO", "42.258.00.000.000", "7C2F806257D7"
    ),
    "N720-DM-PRO/70.040.00.000.000": UserAgent("N720 DM PRO", "70.040.00.000.000"),
    '"Gigaset N670 IP PRO/83.V2.65.0+build.8504c90;7C2F80AAAAAA;Handset=2"': UserAgent(
        "N670 IP PRO", "83.V2.65.0", "7C2F80AAAAAA", "2"
    ),
    "S675IP  021400000000": UserAgent("S675IP", "021400000000"),
    "C470IP021840000000": UserAgent("C470IP", "021840000000"),
    "C455 IP R020770000000": UserAgent("C455 IP", "R020770000000"),
    "Gigaset C675IP 045.025.000000 S67H 02.077.0000000": UserAgent(
        "C675IP", "045.025.000000", "", "S67H", "02.077.0000000"
    ),
    "N510 IP PRO/42.263.00.000.000;SL750H PRO/116.076.00.000.000": UserAgent(
        "N510 IP PRO", "42.263.00.000.000", "", "SL750H PRO", "116.076.00.000.000"
    ),
    "Gigaset GO-Box 100/42.263.00.000.000;COMFORT 5xx HX/42.263.00.000.000": UserAgent(
        "GO-Box 100", "42.263.00.000.000", "", "COMFORT 5xx HX", "42.263.00.000.000"
    ),
    "Gigaset GO-Box 100/42.263.00.000.000;COMFORT 5xx HX": UserAgent(
        "GO-Box 100", "42.263.00.000.000", "", "COMFORT 5xx HX"
    ),
    "Auerswald COMfortel WS-500M/V2.53.0+build.c0ed5a2;000952C0FFEE": UserAgent(
        "Auerswald COMfortel WS-500M", "V2.53.0", "000952C0FFEE"
    ),
    "Gigaset N720 DM PRO/70.089.00.000.000;7C2F80CA21E4": UserAgent(
        "N720 DM PRO", "70.089.00.000.000", "7C2F80CA21E4"
    ),
    "C610A IP/42.076.00.000.000": UserAgent("C610A IP", "42.076.00.000.000"),
    "Gigaset C470 IP": UserAgent("C470 IP"),
    "SL37S45C47": UserAgent(handset="SL37S45C47"),
    "S67IP": UserAgent("S67IP"),
}

OTHERS = (
    "",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537",
    "Mozilla/5.0;7C2F806257D7",
    "SNIP_CLIENT/1.0",
    "curl/7.88.1",
    "python-requests/2.31.0",
    "Linphone/5.2.4 (belle-sip/5.2)",
    "friendly-scanner",
    "Win64",
    "/;/;=",
    ";" * 4000,
    "\0\xff" * 300,
    "7C2F806257D7",
    '"',
    "N510 IP PRO/<script>",
)


class AgentTests(SynchronousTestCase):
    """
    L{parseUserAgent}.
    """

    def test_phones(self) -> None:
        """
        Each generation of bases is recognised by what it sends.
        """
        for text, agent in PHONES.items():
            self.assertEqual(parseUserAgent(text), agent, text)

    def test_others(self) -> None:
        """
        A browser, a script or rubbish never becomes a device.
        """
        for text in OTHERS:
            self.assertEqual(parseUserAgent(text), UNKNOWN, text[:60])

    def test_rubbishBehind(self) -> None:
        """
        What follows a base and makes no sense does not hide the base.
        """
        agent = parseUserAgent("N510 IP PRO/42.258.00.000.000;;\0;Handset=x;Handset=²")
        self.assertEqual(agent, UserAgent("N510 IP PRO", "42.258.00.000.000"))
