"""
The override resolver, which answers the vendor's host names with this server's
address.

Layer 0 (values).
"""
