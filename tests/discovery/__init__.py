"""
Tests of L{gigasetd.discovery}.
"""
