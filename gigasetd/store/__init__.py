"""
The memory's memory: a spool for the instant, a database for good.

Layer 0 (values).
"""
