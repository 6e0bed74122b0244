"""
Tests of C{gigasetd.sip.echo}.
"""
