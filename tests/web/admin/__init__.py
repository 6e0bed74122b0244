"""
Tests of C{gigasetd.web.admin}.
"""
