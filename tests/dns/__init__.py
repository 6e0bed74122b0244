"""
Tests of C{gigasetd.dns}.
"""
