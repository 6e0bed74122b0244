"""
Tests of C{gigasetd.sip.compat}.
"""
