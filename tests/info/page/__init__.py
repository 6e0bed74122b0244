"""
Tests of C{gigasetd.info.page}.
"""
