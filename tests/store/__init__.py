"""
Tests of C{gigasetd.store}.
"""
