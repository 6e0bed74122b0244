-- Rosters, messages that wait, who is blocked, and what SCRAM needs.

CREATE TABLE roster (
    number TEXT COLLATE "C" NOT NULL,
    jid TEXT COLLATE "C" NOT NULL,
    name TEXT NOT NULL,
    subscription TEXT NOT NULL,
    ask TEXT NOT NULL,
    approved BIGINT NOT NULL,
    groups TEXT NOT NULL,
    listed BIGINT NOT NULL,
    request TEXT NOT NULL,
    PRIMARY KEY (number, jid)
);

CREATE TABLE held (
    number TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    sender TEXT NOT NULL,
    arrived DOUBLE PRECISION NOT NULL,
    stanza TEXT NOT NULL,
    PRIMARY KEY (number, id)
);

CREATE TABLE block (
    number TEXT COLLATE "C" NOT NULL,
    jid TEXT COLLATE "C" NOT NULL,
    added DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (number, jid)
);

CREATE TABLE scram (
    number TEXT COLLATE "C" NOT NULL,
    mechanism TEXT COLLATE "C" NOT NULL,
    salt TEXT NOT NULL,
    iterations BIGINT NOT NULL,
    stored TEXT NOT NULL,
    server TEXT NOT NULL,
    PRIMARY KEY (number, mechanism)
);
