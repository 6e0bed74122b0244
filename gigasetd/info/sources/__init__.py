"""
Parsers of weather, news, calendars and exchange rates; one module per source.

Layer 0 (values).
"""
