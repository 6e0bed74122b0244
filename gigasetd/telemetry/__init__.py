"""
What the daemon tells about itself: log lines and metrics.

Layer 0 (values).
"""
