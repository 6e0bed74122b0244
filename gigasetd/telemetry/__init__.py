"""
Log, redaction, metrics, reactor lag.

Layer 0 (values).
"""
