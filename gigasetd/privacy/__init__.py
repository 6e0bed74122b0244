"""
Stored personal data: inventory, retention, erasure.

Layer 0 (values).
"""
