"""
Tests of C{gigasetd.ratelimit}.
"""
