"""
XHTML-GP: elements, forms, text and images as handsets show them.

Layer 0 (values).
"""
