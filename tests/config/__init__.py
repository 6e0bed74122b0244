"""
Tests of C{gigasetd.config}.
"""
