"""
Tests for L{gigasetd.discovery.dhcp}.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from gigasetd.discovery.dhcp import optionLines, optionText

URL = "http://192.168.1.5/device"


class DhcpTests(SynchronousTestCase):
    """
    What an operator copies into a DHCP server.
    """

    def test_lines(self) -> None:
        """
        Each server's own syntax carries the URL in options 114 and 66.
        """
        lines = optionLines(URL)
        self.assertEqual(
            lines["dnsmasq"], [f'dhcp-option=114,"{URL}"', f'dhcp-option=66,"{URL}"']
        )
        self.assertIn("option gigaset-url code 114 = text;", lines["isc-dhcpd"])
        self.assertIn(f'option tftp-server-name "{URL}";', lines["isc-dhcpd"])
        self.assertIn(
            f"uci add_list dhcp.lan.dhcp_option='114,{URL}'", lines["openwrt"]
        )

    def test_told(self) -> None:
        """
        A person sees which lines are for which server, and can copy them.
        """
        lines = optionText({"a": ["x", "y"], "b": ["z"]})
        self.assertEqual(lines, ["# a", "x", "y", "", "# b", "z"])
