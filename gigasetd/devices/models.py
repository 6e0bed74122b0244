# -*- test-case-name: tests.devices.test_models -*-
"""
The models, as far as their settings and firmware differ.

Layer 0 (values).
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Family(NamedTuple):
    """
    Models that take the same settings.
    """

    name: str  #: as in C{model-NAME.toml} and C{NAME.xml}
    variant: int  #: build variant, the first part of the device id; 0: none
    ident: str  #: provisioning id, the second part; C{""}: none
    nvm: bool  #: settings in the nvm form, else as a ProviderFrame


OTHER = Family("other", 0, "", False)
FAMILIES = (
    Family("dx800", 41, "", False),
    Family("c610", 42, "1", False),
    Family("n510", 42, "2", False),
    Family("de900", 60, "", False),
    Family("de700", 61, "", False),
    Family("de410", 62, "", False),
    Family("de310", 63, "", False),
    Family("n720", 70, "", False),
    Family("n720", 71, "", False),
    Family("nx70", 83, "1", True),
)

_MODELS = (
    (re.compile(r"N510"), "n510"),
    (re.compile(r"N720 ?IP"), "n720ip"),
    (re.compile(r"N720"), "n720"),
    (re.compile(r"N(610|670|770|870)|WS.?500"), "nx70"),
    (re.compile(r"DX800"), "dx800"),
    (re.compile(r"DE(310|410|700|900)"), "de"),
    (re.compile(r"C(59\d|61\d|530|430)|N300|A5[14]0|SL450|GO.?BOX"), "c610"),
)


def familyOf(product: str, firmware: str = "") -> Family:
    """
    Return the family of a product.

    @param product: its name, as reported or as the operator entered it.
    @param firmware: its version, as reported; decides where the name is
        unknown.
    """
    text = product.upper()[:64]
    for model, name in _MODELS:
        match = model.search(text)
        if match:
            return _named(name + (match[1] if name == "de" else ""))
    variant = re.match(r"(\d{2})\.", firmware)
    if variant:
        return _variant(int(variant[1]))
    return _variant(83) if firmware.startswith("V") else OTHER


def _named(name: str) -> Family:
    # The N720 has two variants.
    if name == "n720ip":
        return _variant(71)
    return next(family for family in FAMILIES if family.name == name)


def _variant(variant: int) -> Family:
    return next((each for each in FAMILIES if each.variant == variant), OTHER)


def familyAt(variant: str, ident: str) -> Family:
    """
    Return the family whose update path is C{/device/VARIANT/IDENT/}.
    """
    for family in FAMILIES:
        if str(family.variant) == variant and family.ident in ("", ident):
            return family
    return OTHER
