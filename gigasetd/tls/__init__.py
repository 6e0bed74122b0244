"""
Certificates for every TLS listener.

Layer 0 (values).
"""
