"""
The truth, in memory, and the journal of what has changed in it.

Layer 0 (values).
"""
