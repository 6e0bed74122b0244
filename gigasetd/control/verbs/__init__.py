"""
The operator's verbs, one module a subject.

Layer 0 (values).
"""
