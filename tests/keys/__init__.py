"""
Tests of C{gigasetd.keys}.
"""
