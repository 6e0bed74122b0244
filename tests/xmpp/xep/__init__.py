"""
Tests of C{gigasetd.xmpp.xep}.
"""
