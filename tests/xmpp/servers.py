# -*- test-case-name: tests.xmpp.federation.test_upstream -*-
"""
Debian's Prosody and ejabberd, for tests and benchmarks: found, started on
loopback with a directory of their own, stopped.

Nothing of theirs is used but the programs: no configuration of the machine's,
no port that is fixed, no Erlang node with a name (so no epmd).

Layer 3 (I/O).
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from tests.store.pgserver import asUser

DOMAIN = "peer.example"
COMPONENT = f"phones.{DOMAIN}"
SECRET = "component-s3cret"

_PROSODY = """\
daemonize = false
data_path = "{home}/data"
certificates = "{home}"
network_backend = "epoll"
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {c2s} }}
legacy_ssl_ports = {{}}
c2s_direct_tls_ports = {{}}
s2s_ports = {{}}
component_interfaces = {{ "127.0.0.1" }}
component_ports = {{ {component} }}
modules_enabled = {{ "roster"; "saslauth"; "disco"; "offline" }}
modules_disabled = {{ "s2s"; "tls" }}
authentication = "internal_plain"
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
storage = "internal"
log = {{ warn = "*console" }}
VirtualHost "{domain}"
Component "{phones}"
  component_secret = "{secret}"
"""
_EJABBERD = """\
hosts: ["{domain}"]
loglevel: warning
auth_method: internal
auth_password_format: plain
listen:
  - {{port: {c2s}, ip: "127.0.0.1", module: ejabberd_c2s, starttls: false}}
  - port: {component}
    ip: "127.0.0.1"
    module: ejabberd_service
    hosts: {{"{phones}": {{password: "{secret}"}}}}
modules:
  mod_roster: {{}}
  mod_disco: {{}}
  mod_offline: {{}}
"""


class NotServed(Exception):
    """
    There is no such server here, or it does not start.
    """


def freePort() -> int:
    """
    A TCP port on loopback that nobody uses now.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class XmppServer:
    """
    @cvar name: how tables and messages call it.
    @cvar program: what must be installed.
    @ivar c2s: the port for clients, without TLS.
    @ivar component: the port for L{COMPONENT}, with L{SECRET}.
    @ivar users: local part -> password.
    """

    name = program = ""

    def __init__(self, users: Mapping[str, str]) -> None:
        places = f"{os.environ['PATH']}:/usr/sbin"  # not on everybody's path
        if shutil.which(self.program, path=places) is None:
            raise NotServed(f"{self.program} is not installed")
        self.users = dict(users)
        self._words, self._user = asUser()
        self.home = Path(tempfile.mkdtemp(prefix=f"gigasetd-{self.program}"))
        self.c2s, self.component = freePort(), freePort()
        self._running: subprocess.Popen[bytes] | None = None
        self._prepare()
        for path in [self.home, *self.home.rglob("*")]:
            shutil.chown(path, self._user)

    def _prepare(self) -> None:
        """
        Write what it reads at its start.
        """
        raise NotImplementedError

    def _command(self) -> list[str]:
        """
        The words that start it in the foreground.
        """
        raise NotImplementedError

    def _filled(self, template: str) -> str:
        """
        A configuration.
        """
        return template.format(
            home=self.home,
            c2s=self.c2s,
            component=self.component,
            domain=DOMAIN,
            phones=COMPONENT,
            secret=SECRET,
        )

    @property
    def pid(self) -> int:
        """
        The process that does the work.
        """
        assert self._running is not None
        return self._running.pid

    def start(self) -> None:
        """
        Start it, and wait until it takes connections.

        @raise NotServed: it does not.
        """
        with open(self.home / "log", "ab") as log:
            self._running = subprocess.Popen(
                [*self._words, *self._command()],
                cwd=self.home,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + 30
        while not (self._takes(self.c2s) and self._takes(self.component)):
            if time.monotonic() > until or self._running.poll() is not None:
                self.stop()
                raise NotServed((self.home / "log").read_text(errors="replace"))
            time.sleep(0.05)

    def _environment(self) -> dict[str, str]:
        """
        As little of ours as it needs.
        """
        return {"PATH": os.environ["PATH"], "HOME": str(self.home), "LANG": "C.UTF-8"}

    def _takes(self, port: int) -> bool:
        """
        Whether somebody listens there.
        """
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            return False
        return True

    def stop(self) -> None:
        """
        End it, by its process; its files stay.
        """
        if self._running is not None:
            self._running.terminate()
            try:
                self._running.wait(10)
            except subprocess.TimeoutExpired:
                self._running.kill()
                self._running.wait()
            self._running = None

    def remove(self) -> None:
        """
        End it, and leave nothing behind.
        """
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)


class Prosody(XmppServer):
    """
    Prosody, with no module that the tests do not need.
    """

    name, program = "Prosody", "prosody"

    def _prepare(self) -> None:
        """
        As L{XmppServer._prepare}; an account is a file.
        """
        (self.home / "prosody.cfg.lua").write_text(self._filled(_PROSODY))
        accounts = self.home / "data" / DOMAIN.replace(".", "%2e") / "accounts"
        accounts.mkdir(parents=True)
        for user, password in self.users.items():
            text = f'return {{ ["password"] = "{password}"; }};\n'
            (accounts / f"{user}.dat").write_text(text)

    def _command(self) -> list[str]:
        """
        As L{XmppServer._command}.
        """
        return ["prosody", "-F", "--config", str(self.home / "prosody.cfg.lua")]


class Ejabberd(XmppServer):
    """
    ejabberd, with few modules.
    """

    name, program = "ejabberd", "ejabberdctl"

    def _prepare(self) -> None:
        """
        As L{XmppServer._prepare}.
        """
        (self.home / "ejabberd.yml").write_text(self._filled(_EJABBERD))
        (self.home / "spool").mkdir()

    def _environment(self) -> dict[str, str]:
        """
        What C{ejabberdctl} would set.
        """
        return {
            **super()._environment(),
            "EJABBERD_CONFIG_PATH": str(self.home / "ejabberd.yml"),
            "EJABBERD_LOG_PATH": str(self.home / "ejabberd.log"),
            "ERL_CRASH_DUMP": "/dev/null",
            "ERL_LIBS": "/usr/lib/x86_64-linux-gnu",
        }

    def _command(self) -> list[str]:
        """
        Without C{ejabberdctl}, which insists on a user and on a node's name;
        accounts are made as soon as it runs.
        """
        made = ",".join(
            f'ejabberd_auth:try_register(<<"{user}">>,<<"{DOMAIN}">>,<<"{password}">>)'
            for user, password in self.users.items()
        )
        words = ["erl", "-noinput", "-mnesia", "dir", f'"{self.home}/spool"']
        return [*words, "-s", "ejabberd", *(["-eval", f"{made}."] if made else [])]
