"""
gigasetd: a self-hosted replacement for Gigaset.net, the vendor's discontinued
cloud for Siemens and Gigaset IP phones.

The packages:

- C{registry}: The in-memory registry (authoritative state): values, tables,
  indexes, change journal.
- C{store}: Persistence: spool, write-behind flush, migrations, SQLite.
- C{config}: The configuration file: schema, sources, validators, reload.
- C{site}: What builders get and give: C{Site} and C{Part}.
- C{process}: The running process: start, stop, listeners, systemd, clock, garbage
  collection.
- C{keys}: The key outside the database that seals stored passwords.
- C{tls}: Certificates for every TLS listener.
- C{auth}: Secrets that people and phones prove: digest, passwords, one-time codes,
  operator tokens.
- C{ratelimit}: Limits per source: requests, failed log-ins and bans, guesses,
  connections, turns.
- C{accounts}: Accounts: adding and importing devices, nicknames, factory pairing,
  services on and off, data export.
- C{devices}: What a base reports and is: check-ins, models, firmware, the phones of
  the local network.
- C{provisioning}: Settings files and the update server that phones ask.
- C{directory}: The online directory and the address books that it searches.
- C{sip}: SIP: registrar, proxy, transactions, transports; the echo test; STUN.
- C{xmpp}: Instant messaging (XMPP): streams, log-in, rules, extensions, components.
- C{info}: The Info Center: pages for handset displays.
- C{web}: HTTP: what phones fetch, pages for owners and operators, monitoring.
- C{discovery}: How phones find this server on their link: SIP PnP, SSDP, mDNS,
  DHCP.
- C{dns}: The override resolver, which answers the vendor's host names with this
  server's address.
- C{control}: The control socket: requests in, documents out; shared with the HTTP
  API.
- C{cli}: C{gigasetctl}: its parser, its client of the control socket, its output,
  its checks and the backup file.
- C{privacy}: What is stored about people: inventory, retention, erasure.
- C{telemetry}: Log, redaction, metrics, reactor lag.

Beside them: C{tap} builds the daemon from the packages' parts, C{errors} holds
the exceptions that cross packages.

Each module names its layer in the last line of its docstring: 0 values,
1 state, 2 rules (these three are synchronous and know no clock, log or socket),
3 I/O, 4 assembly.  No module imports upward; C{tests/test_layers.py} checks it.

Layer 0 (values).
"""
