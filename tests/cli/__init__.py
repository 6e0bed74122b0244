"""
Tests of C{gigasetd.cli}.
"""
