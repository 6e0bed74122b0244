"""
Tests of C{gigasetd.auth}.
"""
