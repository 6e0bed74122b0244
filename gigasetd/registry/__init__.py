"""
The in-memory registry (authoritative state): values, tables, indexes, change
journal.

Layer 0 (values).
"""
