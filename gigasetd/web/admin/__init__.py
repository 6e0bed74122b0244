"""
C{/admin/}: the operator's pages and API.

Layer 0 (values).
"""
