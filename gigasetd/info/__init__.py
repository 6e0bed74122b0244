"""
The Info Center: pages for handset displays.

Layer 0 (values).
"""
