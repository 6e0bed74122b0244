"""
Tests of C{gigasetd.site}.
"""
