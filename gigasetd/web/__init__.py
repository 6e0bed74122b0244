"""
HTTP: what phones fetch, pages for owners and operators, monitoring.

Layer 0 (values).
"""
