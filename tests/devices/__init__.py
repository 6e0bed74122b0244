"""
Tests of C{gigasetd.devices}.
"""
