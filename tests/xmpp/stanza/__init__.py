"""
Tests of C{gigasetd.xmpp.stanza}.
"""
