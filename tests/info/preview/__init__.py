"""
Tests of C{gigasetd.info.preview}.
"""
