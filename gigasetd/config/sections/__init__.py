"""
The sections of the configuration file, one file each.

Layer 0 (values).
"""
