"""
CPU time of the daemon per registration, call and page, compared with other servers,
and the time to restart after a crash.

Each module but those of the table in README.md is one command.
"""
