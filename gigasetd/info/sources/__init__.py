"""
Where the information comes from: one file a source.

Layer 0 (values).
"""
