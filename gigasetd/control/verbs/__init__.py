"""
What an operator can ask of the running daemon, one file a subject.

Layer 0 (values).
"""
