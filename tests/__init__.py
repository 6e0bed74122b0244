"""
Tests of gigasetd, by trial: C{python -m twisted.trial tests}.
"""
