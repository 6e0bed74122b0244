"""
XHTML-GP pages for handsets: elements, forms, text and images.

Layer 0 (values).
"""
