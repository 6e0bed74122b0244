"""
C{/account/}: the owner's pages.

Layer 0 (values).
"""
