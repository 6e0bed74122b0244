"""
Settings files and the update server that phones ask.

Layer 0 (values).
"""
