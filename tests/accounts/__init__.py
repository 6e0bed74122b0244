"""
Tests of C{gigasetd.accounts}.
"""
