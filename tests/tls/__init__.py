"""
Tests of C{gigasetd.tls}.
"""
