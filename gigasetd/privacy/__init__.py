"""
What is stored about people: inventory, retention, erasure.

Layer 0 (values).
"""
