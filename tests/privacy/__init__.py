"""
Tests for L{gigasetd.privacy}.
"""
