"""
Cities of the world: names, positions, search.

Layer 0 (values).
"""
