"""
What pages for people share: session, log-in, forms, rendering.

Layer 0 (values).
"""
