-- Keys that sign tokens, oldest first. Private: PKCS #8, public: X.509. A key signs from signs_from on until the next
-- one does; longest_life, in seconds, is the most that any of its tokens lives.
create table signing_key (
    seq          integer                  primary key,
    id           varchar(64)              not null unique,
    private_key  bytea                    not null,
    public_key   bytea                    not null,
    created_at   timestamp with time zone not null,
    signs_from   timestamp with time zone not null,
    longest_life bigint                   not null
);

-- What holds no more before its time. Kind: token, subject or key. Issuer: as configured; empty for this host. Cut-off:
-- of a subject, whose tokens issued up to then are void. Ends: when nothing is left that it could be about. Revoked at:
-- by the clock of the database, the one that all nodes share.
create table revocation (
    kind       varchar(16)              not null,
    issuer     varchar(64)              not null,
    name       varchar(400)             not null,
    cut_off    timestamp with time zone null,
    ends_at    timestamp with time zone null,
    revoked_by varchar(400)             not null,
    revoked_at timestamp with time zone not null,
    primary key (kind, issuer, name)
);

create index revocation_revoked_at on revocation (revoked_at);
