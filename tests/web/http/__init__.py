"""
Tests of C{gigasetd.web.http}.
"""
