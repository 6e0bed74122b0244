"""
Limits per source: buckets, bans.

Layer 0 (values).
"""
