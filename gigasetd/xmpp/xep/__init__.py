"""
Extensions, one file each.

Layer 0 (values).
"""
