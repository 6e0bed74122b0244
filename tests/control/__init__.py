"""
Tests of C{gigasetd.control}.
"""
