"""
The configuration file: schema, sources, validators, reload.

Layer 0 (values).
"""
