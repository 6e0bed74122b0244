"""
The information services: pages for the small display of a handset.

Layer 0 (values).
"""
