"""
C{gigasetctl}: its parser, its client of the control socket, its output and checks.

Layer 0 (values).
"""
