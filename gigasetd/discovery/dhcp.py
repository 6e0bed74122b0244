# -*- test-case-name: tests.discovery.test_dhcp -*-
"""
Write the lines by which DHCP servers tell phones where their settings are: option
114, which bases request, and 66, which other models use (RFC 2132 section 9.4).

Layer 0 (values).
"""

from __future__ import annotations

CODES = (114, 66)


def optionLines(url: str) -> dict[str, list[str]]:
    """
    Return the option lines for each DHCP server.

    @param url: where devices fetch their settings; it holds no quotes.
    """
    return {
        "dnsmasq": [f'dhcp-option={code},"{url}"' for code in CODES],
        "isc-dhcpd": [
            "option gigaset-url code 114 = text;",
            f'option gigaset-url "{url}";',
            f'option tftp-server-name "{url}";',
        ],
        "openwrt": [
            *(f"uci add_list dhcp.lan.dhcp_option='{code},{url}'" for code in CODES),
            "uci commit dhcp",
            "/etc/init.d/dnsmasq restart",
        ],
    }


def optionText(document: dict[str, list[str]]) -> list[str]:
    """
    Write the lines as a text to copy: each server's name, then its lines.
    """
    lines: list[str] = []
    for server, options in document.items():
        lines += [f"# {server}", *options, ""]
    return lines[:-1]
