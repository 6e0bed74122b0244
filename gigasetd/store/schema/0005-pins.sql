-- The factory answer that a number was pinned to, and what is asked for it.

CREATE TABLE pin (
    number TEXT NOT NULL PRIMARY KEY,
    username TEXT NOT NULL,
    answer TEXT NOT NULL,
    generation BIGINT NOT NULL,
    nonce TEXT NOT NULL,
    rolling BIGINT NOT NULL,
    pinned DOUBLE PRECISION NOT NULL
);
