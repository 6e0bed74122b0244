"""
C{gigasetctl}: its parser, its client of the control socket, its output, its
checks and the backup file.

Layer 0 (values).
"""
