"""
How phones find this server on their link: SIP PnP, SSDP, mDNS, DHCP.

Layer 0 (values).
"""
