-- The first tables.  Each has the fields of its class in gigasetd/registry/model.py,
-- in that order, the key first.  Times are epoch seconds in UTC.

CREATE TABLE device (
    mac TEXT NOT NULL,
    number TEXT NOT NULL,
    serial TEXT NOT NULL,
    item_number TEXT NOT NULL,
    product TEXT NOT NULL,
    mac_id TEXT NOT NULL,
    added REAL NOT NULL,
    PRIMARY KEY (mac)
) WITHOUT ROWID;

CREATE TABLE checkin (
    mac TEXT NOT NULL,
    seen REAL NOT NULL,
    serial TEXT NOT NULL,
    item_number TEXT NOT NULL,
    product TEXT NOT NULL,
    software_version TEXT NOT NULL,
    private_ip TEXT NOT NULL,
    private_port INTEGER NOT NULL,
    public_ip TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (mac)
) WITHOUT ROWID;

CREATE TABLE account (
    number TEXT NOT NULL,
    login TEXT NOT NULL,
    password TEXT NOT NULL,
    ha1 TEXT NOT NULL,
    nickname TEXT NOT NULL,
    off TEXT NOT NULL,
    added REAL NOT NULL,
    active REAL NOT NULL,
    PRIMARY KEY (number)
) WITHOUT ROWID;

CREATE TABLE binding (
    number TEXT NOT NULL,
    key TEXT NOT NULL,
    contact TEXT NOT NULL,
    call_id TEXT NOT NULL,
    cseq INTEGER NOT NULL,
    expires REAL NOT NULL,
    transport TEXT NOT NULL,
    local TEXT NOT NULL,
    host TEXT NOT NULL,
    port INTEGER NOT NULL,
    connection INTEGER NOT NULL,
    user_agent TEXT NOT NULL,
    q REAL NOT NULL,
    registered REAL NOT NULL,
    proven INTEGER NOT NULL,
    PRIMARY KEY (number, key)
) WITHOUT ROWID;

CREATE TABLE token (
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    added REAL NOT NULL,
    PRIMARY KEY (name)
) WITHOUT ROWID;
