"""
Components, an upstream server, the info bot.

Layer 0 (values).
"""
