"""
Tests of C{gigasetd.store.postgres}.
"""
