-- Where a device is sent that asks who provisions it.

CREATE TABLE redirect (
    mac TEXT NOT NULL,
    mac_id TEXT NOT NULL,
    url TEXT NOT NULL,
    name TEXT NOT NULL,
    added DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (mac)
);
