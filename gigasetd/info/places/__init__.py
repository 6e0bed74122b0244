"""
Towns: names, positions, search.

Layer 0 (values).
"""
