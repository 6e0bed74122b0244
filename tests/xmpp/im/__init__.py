"""
Tests of C{gigasetd.xmpp.im}.
"""
