"""
Parsers of weather, news, calendars and rates, one file a source.

Layer 0 (values).
"""
