"""
The real daemon, started by twistd, with real clients before it.

Nothing of the daemon is imported here: what these tests know of it stands in
the operator's contract (its configuration, its log lines, gigasetctl) and in
the standards.
"""
