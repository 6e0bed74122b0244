"""
Tests of C{gigasetd.xmpp.stream}.
"""
