"""
Draws a handset's display for a browser.

Layer 0 (values).
"""
