"""
Fetching sources in the background: scheduler, limits, cache, address policy.

Layer 0 (values).
"""
