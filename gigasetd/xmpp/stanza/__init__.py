"""
Stanzas: JIDs, namespaces, errors, the XML parser.

Layer 0 (values).
"""
