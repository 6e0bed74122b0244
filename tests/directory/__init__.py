"""
Tests of C{gigasetd.directory}.
"""
