"""
The control socket: requests in, documents out; shared with the HTTP API.

Layer 0 (values).
"""
