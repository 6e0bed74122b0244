-- The first tables.  Each has the fields of its class in gigasetd/registry/model.py,
-- in that order, the key first.  Times are epoch seconds in UTC.

CREATE TABLE device (
    mac TEXT COLLATE "C" NOT NULL,
    number TEXT NOT NULL,
    serial TEXT NOT NULL,
    item_number TEXT NOT NULL,
    product TEXT NOT NULL,
    mac_id TEXT NOT NULL,
    added DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (mac)
);

CREATE TABLE checkin (
    mac TEXT COLLATE "C" NOT NULL,
    seen DOUBLE PRECISION NOT NULL,
    serial TEXT NOT NULL,
    item_number TEXT NOT NULL,
    product TEXT NOT NULL,
    software_version TEXT NOT NULL,
    private_ip TEXT NOT NULL,
    private_port BIGINT NOT NULL,
    public_ip TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (mac)
);

CREATE TABLE account (
    number TEXT COLLATE "C" NOT NULL,
    login TEXT NOT NULL,
    password TEXT NOT NULL,
    ha1 TEXT NOT NULL,
    nickname TEXT NOT NULL,
    off TEXT NOT NULL,
    added DOUBLE PRECISION NOT NULL,
    active DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (number)
);

CREATE TABLE binding (
    number TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    contact TEXT NOT NULL,
    call_id TEXT NOT NULL,
    cseq BIGINT NOT NULL,
    expires DOUBLE PRECISION NOT NULL,
    transport TEXT NOT NULL,
    local TEXT NOT NULL,
    host TEXT NOT NULL,
    port BIGINT NOT NULL,
    connection BIGINT NOT NULL,
    user_agent TEXT NOT NULL,
    q DOUBLE PRECISION NOT NULL,
    registered DOUBLE PRECISION NOT NULL,
    proven BIGINT NOT NULL
);

-- A contact can be longer than an index entry may be, hence its hashes.
CREATE UNIQUE INDEX binding_key ON binding
    (number, hashtextextended(key, 0), hashtextextended(key, 1));

CREATE TABLE token (
    name TEXT COLLATE "C" NOT NULL,
    hash TEXT NOT NULL,
    added DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (name)
);
