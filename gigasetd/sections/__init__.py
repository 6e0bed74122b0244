"""
The sections of the configuration, one class each.

Layer 0 (values).
"""
