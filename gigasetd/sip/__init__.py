"""
SIP: registrar, proxy, transactions, transports; the echo test; STUN.

Layer 0 (values).
"""
