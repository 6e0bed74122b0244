"""
What phones fetch: settings, check-in, directory, Info Center.

Layer 0 (values).
"""
