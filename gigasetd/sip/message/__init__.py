"""
SIP messages: start line, headers, URIs, responses.

Layer 0 (values).
"""
