"""
What a base reports and is: check-ins, models, firmware, the phones of the local
network.

Layer 0 (values).
"""
