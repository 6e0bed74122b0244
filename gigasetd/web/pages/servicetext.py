# -*- test-case-name: tests.web.pages.test_servicetext -*-
"""
What people's pages call the services of an account.

Layer 0 (values).
"""

from __future__ import annotations

from typing import NamedTuple


class ServiceText(NamedTuple):
    """
    The texts of a service.
    """

    title: str
    description: str
    lost: str  #: sentences that say what turning it off deletes

    def turned(self, on: bool, number: str = "") -> str:
        """
        Say that the service was turned on or off.

        @param number: the account, C{""} to leave it out.
        """
        account = f" for {number}" if number else ""
        if on:
            return f"{self.title} turned on{account}."
        return f"{self.title} turned off{account}; its data was deleted."


SERVICE_TEXTS = {
    "voip": ServiceText(
        "Telephone",
        "free calls to other phones on this server",
        "Your phones are logged off and cannot be called over the Internet. Your "
        "nickname is deleted.",
    ),
    "messaging": ServiceText(
        "Messaging",
        "short messages to other phones on this server",
        "Your contacts, your blocked addresses and your waiting messages are deleted.",
    ),
    "info": ServiceText(
        "Information",
        "weather, news and more on your handsets",
        "The settings of your handsets and your private telephone book are deleted.",
    ),
}
"""Service -> its texts; all of L{gigasetd.registry.model.SERVICES}."""
