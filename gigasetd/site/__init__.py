"""
What builders get and give: C{Site} and C{Part}.

Layer 0 (values).
"""
