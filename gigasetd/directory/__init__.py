"""
The online directory and the address books that it searches.

Layer 0 (values).
"""
