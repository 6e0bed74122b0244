"""
Tests of L{gigasetd.phone}.
"""
