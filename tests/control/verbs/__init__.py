"""
Tests of C{gigasetd.control.verbs}.
"""
