"""
The languages of handset pages.

Layer 0 (values).
"""
