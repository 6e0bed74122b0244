"""
SIP messages in the shapes of C{twisted.protocols.sip}, for embedding code written
for it.

Layer 0 (values).
"""
