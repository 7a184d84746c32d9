-- What became of requests with an Idempotency-Key. Caller: SHA-256 of kind and id of the principal. Fingerprint: SHA-256
-- of what was asked. Attempt: who has begun it, so that nobody else changes the row. State: begun, done, unknown,
-- unkept (done, but the answer was not kept). Answer by: until when it is under way; a row that is still begun
-- after that was left by a process that died or could not store the answer. Fields: one a line.
create table idempotency_key (
    caller      varchar(64)              not null,
    platform    varchar(200)             not null,
    name        varchar(255)             not null,
    fingerprint varchar(64)              not null,
    attempt     varchar(36)              not null,
    state       varchar(16)              not null,
    answer_by   timestamp with time zone not null,
    expires_at  timestamp with time zone not null,
    status      integer                  null,
    fields      text                     null,
    body        bytea                    null,
    primary key (caller, platform, name)
);

create index idempotency_key_expires_at on idempotency_key (expires_at);
