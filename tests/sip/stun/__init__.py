"""
Tests of C{gigasetd.sip.stun}.
"""
