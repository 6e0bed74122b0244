"""
Tests of C{gigasetd.web.pages}.
"""
