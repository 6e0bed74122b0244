"""
The echo test call: SDP, RTP and the user agent that answers.

Layer 0 (values).
"""
