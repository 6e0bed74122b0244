-- What owners of handsets chose, and what operators tell them.

CREATE TABLE profile (
    mac TEXT COLLATE "C" NOT NULL,
    handset TEXT COLLATE "C" NOT NULL,
    language TEXT NOT NULL,
    place TEXT NOT NULL,
    born TEXT NOT NULL,
    services TEXT NOT NULL,
    ticker TEXT NOT NULL,
    feeds TEXT NOT NULL,
    calendar TEXT NOT NULL,
    created DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (mac, handset)
);

CREATE TABLE contact (
    number TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
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
);

CREATE TABLE weblogin (
    number TEXT COLLATE "C" NOT NULL,
    hash TEXT NOT NULL,
    changed DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (number)
);

CREATE TABLE notice (
    name TEXT COLLATE "C" NOT NULL,
    text TEXT NOT NULL,
    until DOUBLE PRECISION NOT NULL,
    added DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (name)
);
