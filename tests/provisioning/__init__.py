"""
Tests of C{gigasetd.provisioning}.
"""
