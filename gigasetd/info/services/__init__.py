"""
The services of the Info Center, one file each.

Layer 0 (values).
"""
