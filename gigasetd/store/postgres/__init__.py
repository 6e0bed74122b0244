"""
PostgreSQL as the store.

Layer 0 (values).
"""
