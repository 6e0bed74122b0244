BEGIN TRANSACTION;
CREATE TABLE account (
    number TEXT NOT NULL,
    login TEXT NOT NULL,
    password TEXT NOT NULL,
    ha1 TEXT NOT NULL,
    nickname TEXT NOT NULL,
    off TEXT NOT NULL,
    added REAL NOT NULL,
    active REAL NOT NULL, digest TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (number)
) WITHOUT ROWID;
INSERT INTO "account" VALUES('20304057','digest','g1:a2779bc9:LIt+frfYvskP3GrsHz3rp4+zjYdqQ8xeRWKa+OePcV8DHWG9dKisBJNaF4U=','def3bdef5e1323078340d6bc69e7c805','Küche','',1.79588393480862116811e+09,0.0,'SHA-256 MD5');
INSERT INTO "account" VALUES('20304058','factory','','','','',1.79588393630147147173e+09,0.0,'');
INSERT INTO "account" VALUES('20304059','digest','g1:a2779bc9:u+hGJQFzwpRWbI67daVXsirJRif6kI2vBqQpqEx2HuusMMC6ZK8LK30kExU=','3f5e73917ed1b4549390e7d58de8f51f','','info',1.79588393705967783921e+09,0.0,'');
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
INSERT INTO "binding" VALUES('20304057','<urn:uuid:00000000-0000-1000-8000-7c2f80123456>;1','"Küche" <sip:20304057@192.168.1.22:5060;transport=tcp>;q=0.5','b84b4c76@192.168.1.22',1,4102444800.0,'udp','0.0.0.0:5060','192.168.1.22',5061,0,'N510 IP PRO/42.200',0.5,1795883844.25,0);
INSERT INTO "binding" VALUES('20304057','sip:20304057@192.168.1.20:5060','<sip:20304057@192.168.1.20:5060;line=abc>','a84b4c76@192.168.1.20',4711,4102444800.0,'udp','0.0.0.0:5060','192.168.1.20',5060,0,'C610 IP/42.076.00.000.000',1.0,1795883842.25,1);
CREATE TABLE block (
    number TEXT NOT NULL,
    jid TEXT NOT NULL,
    added REAL NOT NULL,
    PRIMARY KEY (number, jid)
) WITHOUT ROWID;
INSERT INTO "block" VALUES('20304057','iago@venice.example',1795883843.25);
INSERT INTO "block" VALUES('20304057','spam.example',1795883842.25);
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
INSERT INTO "checkin" VALUES('7C2F80123456',1795883844.25,'S1234567','S30852-H2213-R101','N510 IP PRO','42.200','192.168.1.22',80,'192.168.1.22','Küche');
INSERT INTO "checkin" VALUES('7C2F80999999',1795883843.25,'','','N510 IP PRO','','192.168.1.21',0,'203.0.113.7','Gast');
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
INSERT INTO "contact" VALUES('20304057','1','Müller','Jörg','Jö','02871123456','+491701234567','','','20304059#9','joerg@example.org','Schloß-Straße 1','46395','Bocholt');
INSERT INTO "contact" VALUES('20304057','2','O''Neill\','','','0049891234','','','','','','','','');
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
INSERT INTO "device" VALUES('7C2F80000001','20304059','','','','',1.79588393705967783921e+09);
INSERT INTO "device" VALUES('7C2F80123456','20304057','S1234567','S30852-H2213-R101','C610 IP','AB12',1.79588393480862116811e+09);
INSERT INTO "device" VALUES('7C2F80ABCDEF','20304058','','','','',1.79588393630147147173e+09);
CREATE TABLE held (
    number TEXT NOT NULL,
    id TEXT NOT NULL,
    sender TEXT NOT NULL,
    arrived REAL NOT NULL,
    stanza TEXT NOT NULL,
    PRIMARY KEY (number, id)
) WITHOUT ROWID;
INSERT INTO "held" VALUES('20304057','1795883842.250000-0000','20304059@gigaset.net/phone',1795883842.25,'<message xmlns=''jabber:client'' type=''chat'' from=''20304059@gigaset.net/phone'' to=''20304057@gigaset.net''><body>Grüße 😀
&amp; it''s "late"</body></message>');
INSERT INTO "held" VALUES('20304057','1795883843.250000-0001','romeo@montague.example/orchard',1795883843.25,'<message xmlns=''jabber:client''><body>two</body></message>');
CREATE TABLE notice (
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    until REAL NOT NULL,
    added REAL NOT NULL,
    PRIMARY KEY (name)
) WITHOUT ROWID;
INSERT INTO "notice" VALUES('outage','Friday, 20 Uhr: Wartung & "Pause"',0.0,1.79588394145636582373e+09);
CREATE TABLE offer (
    mac TEXT NOT NULL,
    version TEXT NOT NULL,
    decision TEXT NOT NULL,
    decided DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (mac, version)
);
INSERT INTO "offer" VALUES('7C2F80123456','42.078.00.000.000','accepted',1795883842.25);
INSERT INTO "offer" VALUES('7C2F80123456','42.079.00.000.000','declined',1795883847.25);
CREATE TABLE pin (
    number TEXT NOT NULL PRIMARY KEY,
    username TEXT NOT NULL,
    answer TEXT NOT NULL,
    generation BIGINT NOT NULL,
    nonce TEXT NOT NULL,
    rolling BIGINT NOT NULL,
    pinned DOUBLE PRECISION NOT NULL
);
INSERT INTO "pin" VALUES('20304058','C610IP','abababababababababababababababababababababababababababababababab',0,'f00d',1,1795883842.25);
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
INSERT INTO "profile" VALUES('7C2F80123456','','','','','','','','',1795883843.25);
INSERT INTO "profile" VALUES('7C2F80123456','0299D4A3F2','de','2934486','1971-02-28','weather news calendar','weather','https://news.example/feed.xml https://other.example/?a=1&b=2','https://calendar.example/home.ics',1795883842.25);
CREATE TABLE redirect (
    mac TEXT NOT NULL,
    mac_id TEXT NOT NULL,
    url TEXT NOT NULL,
    name TEXT NOT NULL,
    added DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (mac)
);
INSERT INTO "redirect" VALUES('7C2F80777777','AB12','https://provider.example/settings?a=1&b=2','Provider''s "name"',1795883842.25);
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
INSERT INTO "roster" VALUES('20304057','20304059@gigaset.net','Garage','both','',0,'Haus
Garten "hinten"',1,'');
INSERT INTO "roster" VALUES('20304057','romeo@montague.example','','none','subscribe',1,'',1,'');
INSERT INTO "roster" VALUES('20304057','tybalt@capulet.example','','none','',0,'',0,'<presence xmlns=''jabber:client'' from=''tybalt@capulet.example'' to=''20304057@gigaset.net'' type=''subscribe''><status>let me	in</status></presence>');
CREATE TABLE schema (version INTEGER NOT NULL);
INSERT INTO "schema" VALUES(7);
CREATE TABLE scram (
    number TEXT NOT NULL,
    mechanism TEXT NOT NULL,
    salt TEXT NOT NULL,
    iterations INTEGER NOT NULL,
    stored TEXT NOT NULL,
    server TEXT NOT NULL,
    PRIMARY KEY (number, mechanism)
) WITHOUT ROWID;
INSERT INTO "scram" VALUES('20304057','SCRAM-SHA-1','QSXCR+Q6sek8bf92',4096,'6dlGYMOdZcOPutkcNY8U2g7vK9Y=','D+CSWLOshSulAsxiupA+qs2/fTE=');
INSERT INTO "scram" VALUES('20304057','SCRAM-SHA-256','W22ZaJ0SNY7soEsUEjb6gQ==',4096,'WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=','wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=');
CREATE TABLE token (
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    added REAL NOT NULL,
    PRIMARY KEY (name)
) WITHOUT ROWID;
INSERT INTO "token" VALUES('script','7cd153c780549e6bbb7790fdba37cae5532c62b54781919b5fd8b4f8752367b6',1.79588394007256126408e+09);
CREATE TABLE weblogin (
    number TEXT NOT NULL,
    hash TEXT NOT NULL,
    changed REAL NOT NULL,
    PRIMARY KEY (number)
) WITHOUT ROWID;
INSERT INTO "weblogin" VALUES('20304057','$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g',1795883842.25);
COMMIT;
