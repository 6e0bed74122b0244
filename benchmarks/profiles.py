"""
Kamailio's configurations: the minimum, the same as gigasetd, or that with its bindings
on disk.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import NamedTuple

from benchmarks.daemon import DOMAIN, PASSWORD, NotStarted

SCENARIOS = Path(__file__).resolve().parent / "scenarios"
_MODULES = "usr/lib/*/kamailio/modules"
_TABLES = Path("/usr/share/kamailio/db_sqlite")


class Profile(NamedTuple):
    """
    One configuration of Kamailio.
    """

    name: str
    file: str  #: a file in C{scenarios}
    stored: bool = False  #: bindings are written to SQLite once a second

    def write(self, work: Path, port: int) -> Path:
        """
        Write the configuration for a server on C{port}, and its other files.

        @param work: where to; absolute, as Kamailio changes its directory.
        @return: the configuration file.
        @raise NotStarted: Kamailio's SQLite modules are not installed.
        """
        database = work / "location.sqlite"
        if self.stored:
            _makeTables(database)
        modules = next(Path("/").glob(_MODULES), Path("/usr/lib/kamailio"))
        text = (SCENARIOS / self.file).read_text()
        for name, value in (
            ("@PORT@", str(port)),
            ("@MODULES@", f"{modules}/"),
            ("@DOMAIN@", DOMAIN),
            ("@PASSWORD@", PASSWORD),
            ("@DATABASE@", str(database)),
        ):
            text = text.replace(name, value)
        path = work / "kamailio.cfg"
        path.write_text(text)
        return path

    @property
    def defines(self) -> list[str]:
        """
        The profile's arguments of the command line.
        """
        return ["-A", "STORED"] if self.stored else []


def _makeTables(database: Path) -> None:
    """
    Make an empty location table, as C{kamdbctl} does.

    @raise NotStarted: the package that brings its definition is missing.
    """
    if not _TABLES.is_dir():
        raise NotStarted("--peer stored: apt-get install kamailio-sqlite-modules")
    connection = sqlite3.connect(database)
    for name in ("standard", "usrloc"):
        connection.executescript((_TABLES / f"{name}-create.sql").read_text())
    connection.close()


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("same", "same.cfg"),
        Profile("bare", "bare.cfg"),
        Profile("stored", "same.cfg", stored=True),
    )
}

CHOICES: dict[str, tuple[Profile, ...]] = {
    **{name: (profile,) for name, profile in PROFILES.items()},
    "both": (PROFILES["same"], PROFILES["bare"]),
}
"""What C{--peer} may say, and whom it puts beside the daemon."""
