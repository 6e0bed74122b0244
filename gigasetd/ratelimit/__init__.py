"""
Limits per source: requests, failed log-ins and bans, guesses, connections, turns.

Layer 0 (values).
"""
