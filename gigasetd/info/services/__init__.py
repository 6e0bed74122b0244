"""
What the Info Center offers: one file a service.

Layer 0 (values).
"""
