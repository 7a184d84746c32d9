-- The size of each stored response in bytes, so that the quotas are sums that read no response. A table of its own: a new
-- column would copy, and a filled one change, all responses in one transaction, for which an embedded store may lack the
-- memory. Responses stored before count 0; they expire within a day.
create table idempotency_bytes (
    caller   varchar(64)  not null,
    platform varchar(200) not null,
    name     varchar(255) not null,
    bytes    bigint       not null,
    primary key (caller, platform, name),
    foreign key (caller, platform, name) references idempotency_key (caller, platform, name) on delete cascade
);
