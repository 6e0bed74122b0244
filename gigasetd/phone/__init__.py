"""
What a Gigaset base asks for and tells about itself, as pure answers.

Layer 0 (values).
"""
