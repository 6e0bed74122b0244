"""
gigasetd: a home for Gigaset IP phones after Gigaset.net.

Packages are subjects: C{registry} (the truth, in memory), C{store} (its
memory on disk), C{sip}, C{xmpp} (messages), C{phone} (what a base asks for),
C{info} (pages for handsets), C{web}, C{discovery}, C{privacy}, C{telemetry},
C{sections} (of the configuration); C{control} and C{ctl} are the two ends of
the control socket, C{tap} is the whole program on one screen.

Each module names its layer in the last line of its docstring: 0 values,
1 state, 2 rules (all three synchronous, without clock, log or socket),
3 I/O, 4 assembly.  Nobody imports upward; C{tests/test_layers.py} looks.

Layer 0 (values).
"""
