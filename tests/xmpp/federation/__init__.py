"""
Tests of C{gigasetd.xmpp.federation}.
"""
