"""
Accounts: adding and importing devices, nicknames, factory pairing, services on and
off, data export.

Layer 0 (values).
"""
