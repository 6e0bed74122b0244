SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.account (
    number text NOT NULL COLLATE pg_catalog."C",
    login text NOT NULL,
    password text NOT NULL,
    ha1 text NOT NULL,
    nickname text NOT NULL,
    off text NOT NULL,
    added double precision NOT NULL,
    active double precision NOT NULL,
    digest text DEFAULT ''::text NOT NULL
);
CREATE TABLE public.binding (
    number text NOT NULL COLLATE pg_catalog."C",
    key text NOT NULL COLLATE pg_catalog."C",
    contact text NOT NULL,
    call_id text NOT NULL,
    cseq bigint NOT NULL,
    expires double precision NOT NULL,
    transport text NOT NULL,
    local text NOT NULL,
    host text NOT NULL,
    port bigint NOT NULL,
    connection bigint NOT NULL,
    user_agent text NOT NULL,
    q double precision NOT NULL,
    registered double precision NOT NULL,
    proven bigint NOT NULL
);
CREATE TABLE public.block (
    number text NOT NULL COLLATE pg_catalog."C",
    jid text NOT NULL COLLATE pg_catalog."C",
    added double precision NOT NULL
);
CREATE TABLE public.checkin (
    mac text NOT NULL COLLATE pg_catalog."C",
    seen double precision NOT NULL,
    serial text NOT NULL,
    item_number text NOT NULL,
    product text NOT NULL,
    software_version text NOT NULL,
    private_ip text NOT NULL,
    private_port bigint NOT NULL,
    public_ip text NOT NULL,
    name text NOT NULL
);
CREATE TABLE public.contact (
    number text NOT NULL COLLATE pg_catalog."C",
    id text NOT NULL COLLATE pg_catalog."C",
    last text NOT NULL,
    first text NOT NULL,
    nickname text NOT NULL,
    home text NOT NULL,
    mobile text NOT NULL,
    office text NOT NULL,
    fax text NOT NULL,
    sip text NOT NULL,
    email text NOT NULL,
    street text NOT NULL,
    zip text NOT NULL,
    city text NOT NULL
);
CREATE TABLE public.daemon (
    token text NOT NULL
);
CREATE TABLE public.device (
    mac text NOT NULL COLLATE pg_catalog."C",
    number text NOT NULL,
    serial text NOT NULL,
    item_number text NOT NULL,
    product text NOT NULL,
    mac_id text NOT NULL,
    added double precision NOT NULL
);
CREATE TABLE public.held (
    number text NOT NULL COLLATE pg_catalog."C",
    id text NOT NULL COLLATE pg_catalog."C",
    sender text NOT NULL,
    arrived double precision NOT NULL,
    stanza text NOT NULL
);
CREATE TABLE public.notice (
    name text NOT NULL COLLATE pg_catalog."C",
    text text NOT NULL,
    until double precision NOT NULL,
    added double precision NOT NULL
);
CREATE TABLE public.offer (
    mac text NOT NULL,
    version text NOT NULL,
    decision text NOT NULL,
    decided double precision NOT NULL
);
CREATE TABLE public.pin (
    number text NOT NULL,
    username text NOT NULL,
    answer text NOT NULL,
    generation bigint NOT NULL,
    nonce text NOT NULL,
    rolling bigint NOT NULL,
    pinned double precision NOT NULL
);
CREATE TABLE public.profile (
    mac text NOT NULL COLLATE pg_catalog."C",
    handset text NOT NULL COLLATE pg_catalog."C",
    language text NOT NULL,
    place text NOT NULL,
    born text NOT NULL,
    services text NOT NULL,
    ticker text NOT NULL,
    feeds text NOT NULL,
    calendar text NOT NULL,
    created double precision NOT NULL
);
CREATE TABLE public.redirect (
    mac text NOT NULL,
    mac_id text NOT NULL,
    url text NOT NULL,
    name text NOT NULL,
    added double precision NOT NULL
);
CREATE TABLE public.roster (
    number text NOT NULL COLLATE pg_catalog."C",
    jid text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    subscription text NOT NULL,
    ask text NOT NULL,
    approved bigint NOT NULL,
    groups text NOT NULL,
    listed bigint NOT NULL,
    request text NOT NULL
);
CREATE TABLE public.schema (
    version integer NOT NULL
);
CREATE TABLE public.scram (
    number text NOT NULL COLLATE pg_catalog."C",
    mechanism text NOT NULL COLLATE pg_catalog."C",
    salt text NOT NULL,
    iterations bigint NOT NULL,
    stored text NOT NULL,
    server text NOT NULL
);
CREATE TABLE public.token (
    name text NOT NULL COLLATE pg_catalog."C",
    hash text NOT NULL,
    added double precision NOT NULL
);
CREATE TABLE public.weblogin (
    number text NOT NULL COLLATE pg_catalog."C",
    hash text NOT NULL,
    changed double precision NOT NULL
);
INSERT INTO public.account VALUES ('20304058', 'factory', '', '', '', '', 1795883908.7003706, 0, '');
INSERT INTO public.account VALUES ('20304057', 'digest', 'g1:a2779bc9:Rjh92QfUZXlChW4pUIrqmuo5peOkqdq5mO8HJ/B8Z5WqQ7+Mw0lG8pytTao=', 'def3bdef5e1323078340d6bc69e7c805', 'Küche', '', 1795883908.1128173, 0, 'SHA-256 MD5');
INSERT INTO public.account VALUES ('20304059', 'digest', 'g1:a2779bc9:rBlRKTtN77uZmhU4wm5SNMDqJFUhVl7OJroBy1RHPHfLZb8fNMs3Ea1bhlI=', '3f5e73917ed1b4549390e7d58de8f51f', '', 'info', 1795883909.3000891, 0, '');
INSERT INTO public.binding VALUES ('20304057', 'sip:20304057@192.168.1.20:5060', '<sip:20304057@192.168.1.20:5060;line=abc>', 'a84b4c76@192.168.1.20', 4711, 4102444800, 'udp', '0.0.0.0:5060', '192.168.1.20', 5060, 0, 'C610 IP/42.076.00.000.000', 1, 1795883842.25, 1);
INSERT INTO public.binding VALUES ('20304057', '<urn:uuid:00000000-0000-1000-8000-7c2f80123456>;1', '"Küche" <sip:20304057@192.168.1.22:5060;transport=tcp>;q=0.5', 'b84b4c76@192.168.1.22', 1, 4102444800, 'udp', '0.0.0.0:5060', '192.168.1.22', 5061, 0, 'N510 IP PRO/42.200', 0.5, 1795883844.25, 0);
INSERT INTO public.block VALUES ('20304057', 'spam.example', 1795883842.25);
INSERT INTO public.block VALUES ('20304057', 'iago@venice.example', 1795883843.25);
INSERT INTO public.checkin VALUES ('7C2F80999999', 1795883843.25, '', '', 'N510 IP PRO', '', '192.168.1.21', 0, '203.0.113.7', 'Gast');
INSERT INTO public.checkin VALUES ('7C2F80123456', 1795883844.25, 'S1234567', 'S30852-H2213-R101', 'N510 IP PRO', '42.200', '192.168.1.22', 80, '192.168.1.22', 'Küche');
INSERT INTO public.contact VALUES ('20304057', '1', 'Müller', 'Jörg', 'Jö', '02871123456', '+491701234567', '', '', '20304059#9', 'joerg@example.org', 'Schloß-Straße 1', '46395', 'Bocholt');
INSERT INTO public.contact VALUES ('20304057', '2', 'O''Neill\', '', '', '0049891234', '', '', '', '', '', '', '', '');
INSERT INTO public.daemon VALUES ('d3fcbab97705d6fdfd912047cf17af78');
INSERT INTO public.device VALUES ('7C2F80123456', '20304057', 'S1234567', 'S30852-H2213-R101', 'C610 IP', 'AB12', 1795883908.1128173);
INSERT INTO public.device VALUES ('7C2F80ABCDEF', '20304058', '', '', '', '', 1795883908.7003706);
INSERT INTO public.device VALUES ('7C2F80000001', '20304059', '', '', '', '', 1795883909.3000891);
INSERT INTO public.held VALUES ('20304057', '1795883842.250000-0000', '20304059@gigaset.net/phone', 1795883842.25, '<message xmlns=''jabber:client'' type=''chat'' from=''20304059@gigaset.net/phone'' to=''20304057@gigaset.net''><body>Grüße 😀
&amp; it''s "late"</body></message>');
INSERT INTO public.held VALUES ('20304057', '1795883843.250000-0001', 'romeo@montague.example/orchard', 1795883843.25, '<message xmlns=''jabber:client''><body>two</body></message>');
INSERT INTO public.notice VALUES ('outage', 'Friday, 20 Uhr: Wartung & "Pause"', 0, 1795883913.1403337);
INSERT INTO public.offer VALUES ('7C2F80123456', '42.078.00.000.000', 'accepted', 1795883842.25);
INSERT INTO public.offer VALUES ('7C2F80123456', '42.079.00.000.000', 'declined', 1795883847.25);
INSERT INTO public.pin VALUES ('20304058', 'C610IP', 'abababababababababababababababababababababababababababababababab', 0, 'f00d', 1, 1795883842.25);
INSERT INTO public.profile VALUES ('7C2F80123456', '0299D4A3F2', 'de', '2934486', '1971-02-28', 'weather news calendar', 'weather', 'https://news.example/feed.xml https://other.example/?a=1&b=2', 'https://calendar.example/home.ics', 1795883842.25);
INSERT INTO public.profile VALUES ('7C2F80123456', '', '', '', '', '', '', '', '', 1795883843.25);
INSERT INTO public.redirect VALUES ('7C2F80777777', 'AB12', 'https://provider.example/settings?a=1&b=2', 'Provider''s "name"', 1795883842.25);
INSERT INTO public.roster VALUES ('20304057', '20304059@gigaset.net', 'Garage', 'both', '', 0, 'Haus
Garten "hinten"', 1, '');
INSERT INTO public.roster VALUES ('20304057', 'romeo@montague.example', '', 'none', 'subscribe', 1, '', 1, '');
INSERT INTO public.roster VALUES ('20304057', 'tybalt@capulet.example', '', 'none', '', 0, '', 0, '<presence xmlns=''jabber:client'' from=''tybalt@capulet.example'' to=''20304057@gigaset.net'' type=''subscribe''><status>let me	in</status></presence>');
INSERT INTO public.schema VALUES (7);
INSERT INTO public.scram VALUES ('20304057', 'SCRAM-SHA-1', 'QSXCR+Q6sek8bf92', 4096, '6dlGYMOdZcOPutkcNY8U2g7vK9Y=', 'D+CSWLOshSulAsxiupA+qs2/fTE=');
INSERT INTO public.scram VALUES ('20304057', 'SCRAM-SHA-256', 'W22ZaJ0SNY7soEsUEjb6gQ==', 4096, 'WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=', 'wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=');
INSERT INTO public.token VALUES ('script', 'e4c5568f713ea169c74bbbe8ef158dd3716f024b40f85eff185bc6ef1e3ab4e4', 1795883912.1041238);
INSERT INTO public.weblogin VALUES ('20304057', '$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g', 1795883842.25);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.block
    ADD CONSTRAINT block_pkey PRIMARY KEY (number, jid);
ALTER TABLE ONLY public.checkin
    ADD CONSTRAINT checkin_pkey PRIMARY KEY (mac);
ALTER TABLE ONLY public.contact
    ADD CONSTRAINT contact_pkey PRIMARY KEY (number, id);
ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_pkey PRIMARY KEY (mac);
ALTER TABLE ONLY public.held
    ADD CONSTRAINT held_pkey PRIMARY KEY (number, id);
ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.offer
    ADD CONSTRAINT offer_pkey PRIMARY KEY (mac, version);
ALTER TABLE ONLY public.pin
    ADD CONSTRAINT pin_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.profile
    ADD CONSTRAINT profile_pkey PRIMARY KEY (mac, handset);
ALTER TABLE ONLY public.redirect
    ADD CONSTRAINT redirect_pkey PRIMARY KEY (mac);
ALTER TABLE ONLY public.roster
    ADD CONSTRAINT roster_pkey PRIMARY KEY (number, jid);
ALTER TABLE ONLY public.scram
    ADD CONSTRAINT scram_pkey PRIMARY KEY (number, mechanism);
ALTER TABLE ONLY public.token
    ADD CONSTRAINT token_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.weblogin
    ADD CONSTRAINT weblogin_pkey PRIMARY KEY (number);
CREATE UNIQUE INDEX binding_key ON public.binding USING btree (number, hashtextextended(key, (0)::bigint), hashtextextended(key, (1)::bigint));
