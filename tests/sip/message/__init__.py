"""
Tests of C{gigasetd.sip.message}.
"""
