"""
Log-in: SASL mechanisms and XEP-0078.

Layer 0 (values).
"""
