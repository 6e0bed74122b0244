"""
Tests of C{gigasetd.info.fetch}.
"""
