"""
The services of the Info Center, one module each.

Layer 0 (values).
"""
