"""
Secrets that people and phones prove: digest, passwords, one-time codes, operator
tokens.

Layer 0 (values).
"""
