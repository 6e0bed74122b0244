-- What a token may do; every token of an earlier version may do everything.

ALTER TABLE token ADD COLUMN scope TEXT NOT NULL DEFAULT 'admin';
