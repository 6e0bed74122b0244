"""
Tests of C{gigasetd.process}.
"""
