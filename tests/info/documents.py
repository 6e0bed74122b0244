"""
What sources say.

Made by hand to the shapes that their documentation and specifications show;
none of it was captured from the services themselves.  All is of Bocholt on
Monday, 23 November 2026, noon UTC.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

NOON = 1795435200.0  #: 2026-11-23 12:00 UTC, a Monday
PLACE = "51.84,6.62,Europe/Berlin"

OPEN_METEO: dict[str, Any] = {
    "latitude": 51.84,
    "longitude": 6.62,
    "elevation": 26.0,
    "generationtime_ms": 0.12,
    "utc_offset_seconds": 3600,
    "timezone": "Europe/Berlin",
    "timezone_abbreviation": "GMT+1",
    "current_units": {"temperature_2m": "°C", "wind_speed_10m": "km/h"},
    "current": {
        "time": "2026-11-23T13:00",
        "interval": 900,
        "temperature_2m": 7.4,
        "relative_humidity_2m": 81,
        "apparent_temperature": 4.9,
        "is_day": 1,
        "weather_code": 61,
        "wind_speed_10m": 14.8,
        "wind_direction_10m": 245,
    },
    "daily_units": {"temperature_2m_max": "°C"},
    "daily": {
        "time": ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26"],
        "weather_code": [61, 3, 0, 71],
        "temperature_2m_max": [8.1, 6.0, 5.2, 1.0],
        "temperature_2m_min": [3.3, 1.9, -1.4, -3.0],
        "precipitation_sum": [4.2, 0.0, 0.0, 1.5],
        "precipitation_probability_max": [90, 10, 0, 60],
        "sunrise": ["2026-11-23T08:06", "2026-11-24T08:08", None, "nonsense"],
        "sunset": ["2026-11-23T16:32", "2026-11-24T16:31"],
    },
}


def openMeteo(first: date) -> dict[str, Any]:
    """
    As Open-Meteo tells it on another day.
    """
    days = [str(first + timedelta(days=number)) for number in range(4)]
    return {**OPEN_METEO, "daily": {**OPEN_METEO["daily"], "time": days}}


def metStep(
    time: str, warm: float, symbol: str, rain: float, ahead: str = "next_1_hours"
) -> dict[str, Any]:
    """
    One step of MET Norway's.
    """
    return {
        "time": time,
        "data": {
            "instant": {
                "details": {
                    "air_pressure_at_sea_level": 1012.3,
                    "air_temperature": warm,
                    "cloud_area_fraction": 98.4,
                    "relative_humidity": 81.0,
                    "wind_from_direction": 245.0,
                    "wind_speed": 4.0,
                }
            },
            ahead: {
                "summary": {"symbol_code": symbol},
                "details": {"precipitation_amount": rain},
            },
        },
    }


MET: dict[str, Any] = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [6.62, 51.84, 26]},
    "properties": {
        "meta": {
            "updated_at": "2026-11-23T11:41:07Z",
            "units": {"air_temperature": "celsius"},
        },
        "timeseries": [
            metStep("2026-11-23T11:00:00Z", 7.0, "cloudy", 0.0),
            metStep("2026-11-23T12:00:00Z", 7.4, "rain", 1.1),
            metStep("2026-11-23T13:00:00Z", 8.1, "rain", 0.9),
            metStep("2026-11-23T14:00:00Z", 7.7, "cloudy", 0.0),
            metStep("2026-11-24T00:00:00Z", 2.2, "fog", 0.0, "next_6_hours"),
            metStep("2026-11-24T06:00:00Z", 1.9, "cloudy", 0.0, "next_6_hours"),
            metStep("2026-11-24T12:00:00Z", 6.0, "fair_day", 0.0, "next_6_hours"),
            metStep("2026-11-24T18:00:00Z", 3.0, "fair_night", 0.2, "next_6_hours"),
        ],
    },
}


def skyHour(time: str, warm: float, icon: str | None, rain: float) -> dict[str, Any]:
    """
    One record of Bright Sky's.
    """
    return {
        "timestamp": time,
        "source_id": 6007,
        "precipitation": rain,
        "pressure_msl": 1012.3,
        "sunshine": None,
        "temperature": warm,
        "wind_direction": 240,
        "wind_speed": 14.4,
        "cloud_cover": 100,
        "dew_point": 4.1,
        "relative_humidity": None,
        "visibility": 20000,
        "wind_gust_speed": None,
        "condition": "rain",
        "precipitation_probability": 70 if rain else 5,
        "icon": icon,
    }


BRIGHT_SKY: dict[str, Any] = {
    "weather": [
        skyHour("2026-11-23T00:00:00+01:00", 3.3, "cloudy", 0.0),
        skyHour("2026-11-23T12:00:00+01:00", 7.1, "rain", 1.0),
        skyHour("2026-11-23T13:00:00+01:00", 7.4, "rain", 1.2),
        skyHour("2026-11-23T14:00:00+01:00", 8.1, "cloudy", 0.0),
        skyHour("2026-11-24T00:00:00+01:00", 2.0, "clear-night", 0.0),
        skyHour("2026-11-24T12:00:00+01:00", 6.0, "clear-day", 0.0),
        skyHour("2026-11-24T13:00:00+01:00", 5.0, None, 0.0),
    ],
    "sources": [{"id": 6007, "station_name": "BORKEN", "distance": 16364}],
}

ALERTS: dict[str, Any] = {
    "alerts": [
        {
            "id": 279977,
            "alert_id": "2.49.0.0.276.0.DWD.PVW.1",
            "status": "actual",
            "effective": "2026-11-23T10:00:00+00:00",
            "onset": "2026-11-23T17:00:00+00:00",
            "expires": "2026-11-24T08:00:00+00:00",
            "severity": "minor",
            "event_en": "frost",
            "event_de": "FROST",
            "headline_en": "Official WARNING of FROST",
            "headline_de": "Amtliche WARNUNG vor FROST",
        },
        {
            "id": 279978,
            "onset": "2026-11-23T20:00:00+00:00",
            "expires": None,
            "severity": "severe",
            "event_en": "hurricane-force gusts",
            "event_de": "ORKANBÖEN",
            "headline_en": "Official SEVERE WEATHER WARNING",
            "headline_de": "Amtliche UNWETTERWARNUNG vor ORKANBÖEN",
        },
        {
            "id": 1,
            "onset": "2026-11-22T20:00:00+00:00",
            "expires": "2026-11-23T08:00:00+00:00",
            "severity": "moderate",
            "event_de": "NEBEL",
            "headline_de": "vorbei",
        },
    ],
    "location": {"warn_cell_id": 105554008, "name": "Stadt Bocholt"},
}


def plants(**today: str) -> dict[str, Any]:
    """
    The pollen of one region.
    """
    return {
        plant: {"today": level, "tomorrow": "0", "dayafter_to": "-1"}
        for plant, level in today.items()
    }


POLLEN: dict[str, Any] = {
    "name": "Pollenflug-Gefahrenindex für Deutschland",
    "sender": "Deutscher Wetterdienst - Medizin-Meteorologie",
    "last_update": "2026-11-23 11:00 Uhr",
    "next_update": "2026-11-24 11:00 Uhr",
    "legend": {"id1": "0", "id1_desc": "keine Belastung", "id7": "3"},
    "content": [
        {
            "region_id": 40,
            "region_name": "Nordrhein-Westfalen",
            "partregion_id": 41,
            "partregion_name": "Rhein.-Westfäl. Tiefland",
            "Pollen": plants(Hasel="1-2", Erle="3", Birke="0", Graeser="-1"),
        },
        {
            "region_id": 20,
            "region_name": "Mecklenburg-Vorpommern",
            "partregion_id": -1,
            "partregion_name": "",
            "Pollen": plants(Hasel="0-1"),
        },
    ],
}

AIR_QUALITY: dict[str, Any] = {
    "latitude": 48.2,
    "longitude": 16.4,
    "hourly_units": {"birch_pollen": "grains/m³"},
    "hourly": {
        "time": [f"2026-11-23T{hour:02}:00" for hour in range(24)],
        "alder_pollen": [0.0] * 24,
        "birch_pollen": [20.0] * 12 + [None] * 12,
        "grass_pollen": [31.0] * 24,
        "mugwort_pollen": [None] * 24,
        "ragweed_pollen": [1.5] * 24,
    },
}

ECB = b"""<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" \
xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
<gesmes:subject>Reference rates</gesmes:subject>
<gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>
<Cube><Cube time='2026-11-20'>
<Cube currency='USD' rate='1.1732'/><Cube currency='JPY' rate='181.2'/>
<Cube currency='XXX' rate='N/A'/><Cube currency='GBP' rate='0.8712'/>
</Cube></Cube></gesmes:Envelope>
"""

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Tagesnachrichten</title>
<link>http://news.example/</link><description>Neues</description><ttl>60</ttl>
<item><title>Älter &amp; k&#252;hler</title>
<description>&lt;p&gt;Am &lt;b&gt;Montag&lt;/b&gt; wird's k&#252;hl.&lt;/p&gt;
</description><pubDate>Mon, 23 Nov 2026 08:00:00 GMT</pubDate></item>
<item><title>Neuer</title><pubDate>Mon, 23 Nov 2026 11:00:00 +0100</pubDate></item>
<item><description>Nur ein Text</description>
<pubDate>Sun, 22 Nov 2026 11:00:00 GMT</pubDate></item>
</channel></rss>
""".encode()

ATOM = b"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Example</title>
<id>urn:x</id><updated>2026-11-23T10:00:00Z</updated>
<entry><title type="html">&lt;i&gt;Bold&lt;/i&gt; claim</title><id>urn:y</id>
<updated>2026-11-23T10:00:00Z</updated><summary>Text</summary></entry></feed>
"""

BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a0 "lol">'
    + b"".join(
        b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)
    )
    + b"]><rss version='2.0'><channel><title>&a9;</title>"
    + b"<item><title>&a9;</title></item></channel></rss>"
)
"""A billion laughs."""


def calendar(*events: str) -> bytes:
    """
    A calendar of some events, each the lines of one.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "X-WR-TIMEZONE:Europe/Berlin"]
    for event in events:
        lines += ["BEGIN:VEVENT", *event.strip().split("\n"), "END:VEVENT"]
    return "\r\n".join([*map(str.strip, lines), "END:VCALENDAR", ""]).encode()


def encoded(told: Any) -> bytes:
    """
    As JSON.
    """
    return json.dumps(told).encode()
