"""
Tests of the SIP side.
"""
