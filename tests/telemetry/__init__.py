"""
Tests of what the daemon tells its operator.
"""
