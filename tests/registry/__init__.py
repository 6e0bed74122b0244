"""
Tests of C{gigasetd.registry}.
"""
