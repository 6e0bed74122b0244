-- What an owner decided about a firmware version of a device.

CREATE TABLE offer (
    mac TEXT NOT NULL,
    version TEXT NOT NULL,
    decision TEXT NOT NULL,
    decided DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (mac, version)
);
