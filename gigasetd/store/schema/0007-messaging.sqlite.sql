-- Rosters, messages that wait, who is blocked, and what SCRAM needs.

CREATE TABLE roster (
    number TEXT NOT NULL,
    jid TEXT NOT NULL,
    name TEXT NOT NULL,
    subscription TEXT NOT NULL,
    ask TEXT NOT NULL,
    approved INTEGER NOT NULL,
    groups TEXT NOT NULL,
    listed INTEGER NOT NULL,
    request TEXT NOT NULL,
    PRIMARY KEY (number, jid)
) WITHOUT ROWID;

CREATE TABLE held (
    number TEXT NOT NULL,
    id TEXT NOT NULL,
    sender TEXT NOT NULL,
    arrived REAL NOT NULL,
    stanza TEXT NOT NULL,
    PRIMARY KEY (number, id)
) WITHOUT ROWID;

CREATE TABLE block (
    number TEXT NOT NULL,
    jid TEXT NOT NULL,
    added REAL NOT NULL,
    PRIMARY KEY (number, jid)
) WITHOUT ROWID;

CREATE TABLE scram (
    number TEXT NOT NULL,
    mechanism TEXT NOT NULL,
    salt TEXT NOT NULL,
    iterations INTEGER NOT NULL,
    stored TEXT NOT NULL,
    server TEXT NOT NULL,
    PRIMARY KEY (number, mechanism)
) WITHOUT ROWID;
