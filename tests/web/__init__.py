"""
Tests of L{gigasetd.web}.
"""
