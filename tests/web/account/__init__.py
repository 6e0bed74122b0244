"""
Tests of C{gigasetd.web.account}.
"""
