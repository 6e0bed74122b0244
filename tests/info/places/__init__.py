"""
Tests of C{gigasetd.info.places}.
"""
