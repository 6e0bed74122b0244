-- What owners of handsets chose, and what operators tell them.

CREATE TABLE profile (
    mac TEXT NOT NULL,
    handset TEXT NOT NULL,
    language TEXT NOT NULL,
    place TEXT NOT NULL,
    born TEXT NOT NULL,
    services TEXT NOT NULL,
    ticker TEXT NOT NULL,
    feeds TEXT NOT NULL,
    calendar TEXT NOT NULL,
    created REAL NOT NULL,
    PRIMARY KEY (mac, handset)
) WITHOUT ROWID;

CREATE TABLE contact (
    number TEXT NOT NULL,
    id TEXT NOT NULL,
    last TEXT NOT NULL,
    first TEXT NOT NULL,
    nickname TEXT NOT NULL,
    home TEXT NOT NULL,
    mobile TEXT NOT NULL,
    office TEXT NOT NULL,
    fax TEXT NOT NULL,
    sip TEXT NOT NULL,
    email TEXT NOT NULL,
    street TEXT NOT NULL,
    zip TEXT NOT NULL,
    city TEXT NOT NULL,
    PRIMARY KEY (number, id)
) WITHOUT ROWID;

CREATE TABLE weblogin (
    number TEXT NOT NULL,
    hash TEXT NOT NULL,
    changed REAL NOT NULL,
    PRIMARY KEY (number)
) WITHOUT ROWID;

CREATE TABLE notice (
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    until REAL NOT NULL,
    added REAL NOT NULL,
    PRIMARY KEY (name)
) WITHOUT ROWID;
