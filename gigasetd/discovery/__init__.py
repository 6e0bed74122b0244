"""
How phones find this server: multicast on the link, and the vendor's names.

Layer 0 (values).
"""
