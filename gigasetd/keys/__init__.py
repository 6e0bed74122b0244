"""
The key outside the database that seals stored passwords.

Layer 0 (values).
"""
