"""
Tests of C{gigasetd.web.phone}.
"""
