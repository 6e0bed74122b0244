"""
What builders get and give: C{HttpSite} and C{Part}.

Layer 0 (values).
"""
