-- Jobs. State: delayed (queued, not before run_at), queued, running, succeeded, failed, cancelled. Rank at: the order in the
-- queue, the time of submission moved by the priority, so that what waits long enough comes first. Token: rises with each
-- claim and each requeue, and is part of every write of a run. Owner: the incarnation of the node that runs it; lease
-- until: by the clock of the database. Crash count: runs that ended with their process since the last checkpoint. Account:
-- the first key of the rotations of the credential. Scope: its permissions at the submission. Expires at: when request, checkpoint and result are deleted; delete at:
-- when the row is.
create table job (
    id                varchar(36)              not null primary key,
    platform          varchar(64)              not null,
    type              varchar(64)              not null,
    principal         varchar(255)             not null,
    state             varchar(16)              not null,
    priority          smallint                 not null,
    rank_at           timestamp with time zone not null,
    run_at            timestamp with time zone not null,
    attempt           integer                  not null,
    crash_count       integer                  not null,
    token             bigint                   not null,
    node              varchar(63)              null,
    owner             varchar(36)              null,
    lease_until       timestamp with time zone null,
    kind              varchar(16)              not null,
    roles             text                     not null,
    account           varchar(255)             not null,
    scope             text                     not null,
    correlation_id    varchar(128)             not null,
    created_at        timestamp with time zone not null,
    started_at        timestamp with time zone null,
    finished_at       timestamp with time zone null,
    cancel_at         timestamp with time zone null,
    expires_at        timestamp with time zone null,
    delete_at         timestamp with time zone null,
    checkpoint_schema integer                  not null,
    done              bigint                   not null,
    total             bigint                   not null,
    message           varchar(500)             not null,
    problem           text                     null,
    fault             varchar(1000)            null,
    unique_key        varchar(255)             null,
    unique (platform, type, unique_key)
);

create index job_queue on job (state, platform, type, principal, rank_at);
create index job_due on job (state, run_at);
create index job_owner on job (owner);
create index job_principal on job (principal, id);
create index job_expires_at on job (expires_at);
create index job_delete_at on job (delete_at);

-- The bytes of a job in rows of their own, so that a change of its state copies none of them. Kind: request, checkpoint,
-- result. Each is deleted in a transaction of its own: an embedded store keeps what a transaction deletes in memory.
create table job_content (
    job  varchar(36) not null,
    kind varchar(16) not null,
    body bytea       not null,
    primary key (job, kind)
);

-- One row, locked by whoever claims jobs, so that limits hold over all nodes.
create table job_claim (
    id integer not null primary key
);

insert into job_claim (id) values (1);

-- Since when jobs are queued of a platform that no host knows.
create table job_absence (
    platform varchar(64)              not null primary key,
    since    timestamp with time zone not null
);
