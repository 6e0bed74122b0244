"""
Tests of C{gigasetd.xmpp.auth}.
"""
