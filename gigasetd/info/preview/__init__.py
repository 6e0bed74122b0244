"""
A handset display drawn for a browser.

Layer 0 (values).
"""
