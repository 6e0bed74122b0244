"""
Streams: sockets, TLS, reading and writing.

Layer 0 (values).
"""
