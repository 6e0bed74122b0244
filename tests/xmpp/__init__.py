"""
Tests of L{gigasetd.info}.
"""
