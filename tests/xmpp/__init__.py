"""
Tests of L{gigasetd.xmpp}.
"""
