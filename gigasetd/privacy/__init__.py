"""
What is stored about whom, why, for how long, and how it leaves.

Layer 0 (values).
"""
