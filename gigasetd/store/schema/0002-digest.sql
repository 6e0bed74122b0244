-- Which digest algorithms one account is offered; '' stands for sip.digest.

ALTER TABLE account ADD COLUMN digest TEXT NOT NULL DEFAULT '';
