"""
HTTP itself: channel, client address, errors, query strings.

Layer 0 (values).
"""
