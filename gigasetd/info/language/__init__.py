"""
Translations, dates and numbers of handset pages.

Layer 0 (values).
"""
