"""
HTTP: the pages of phones, people and machines, on one port.

Layer 0 (values).
"""
