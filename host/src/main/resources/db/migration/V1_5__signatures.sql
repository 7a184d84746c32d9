-- Who vouches for a jar, so that it can be asked again before each start: the content of its .sig file, or that it came
-- with a distribution.
create table plugin_voucher (
    sha256    varchar(64) primary key,
    signature text        null,
    bundled   boolean     not null
);

-- The public routes of a jar that an operator has consented to, one a line. Given: to whatever it declares at its next
-- start, since routes are known only then.
create table plugin_consent (
    sha256 varchar(64) primary key,
    routes text        not null,
    given  boolean     not null
);
