"""
The running process: start, stop, listeners, systemd, clock, garbage collection.

Layer 0 (values).
"""
