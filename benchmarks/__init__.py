"""
What an operation costs the daemon: CPU time a registration, a call, a page,
beside named peers, and how soon it is back after a crash.

Each module but those of the table in README.md is one command.
"""
