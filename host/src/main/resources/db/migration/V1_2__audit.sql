-- Where the chain of each node ends. Its row is locked by whoever appends, until that commits.
create table audit_head (
    node varchar(64) primary key,
    seq  bigint      not null,
    hash varchar(64) not null
);

-- What was done, by whom: one chain a node. Only ever inserted into. Times are nanoseconds since 1970 UTC, because
-- neither vendor keeps them in a timestamp; entry is the id of a containment act, which is chained once whatever happens.
create table audit_record (
    node           varchar(64)  not null,
    seq            bigint       not null,
    at_nanos       bigint       not null,
    actor          varchar(200) not null,
    actor_kind     varchar(32)  not null,
    key_id         varchar(64)  null,
    address        varchar(100) null,
    correlation_id varchar(128) null,
    action         varchar(100) not null,
    target         varchar(500) not null,
    outcome        varchar(16)  not null,
    details        text         not null,
    entry          varchar(36)  null unique,
    previous       varchar(64)  not null,
    hash           varchar(64)  not null,
    primary key (node, seq)
);

create index audit_record_at on audit_record (at_nanos);

-- What a node has signed of its chain. The same is in a file outside of the store.
create table audit_checkpoint (
    node      varchar(64)  not null,
    seq       bigint       not null,
    hash      varchar(64)  not null,
    at_nanos  bigint       not null,
    signature varchar(200) not null,
    primary key (node, seq)
);
