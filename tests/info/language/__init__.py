"""
Tests of C{gigasetd.info.language}.
"""
