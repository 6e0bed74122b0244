"""
SIP: registrar, proxy, transactions, transports.

Layer 0 (values).
"""
