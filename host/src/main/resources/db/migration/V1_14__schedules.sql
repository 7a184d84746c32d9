-- What runs at given times. Platform: of a schedule that a plugin declares; null for one of a caller. Key root: the first
-- key of the chain of rotations that the creating key belongs to. Scope: the permissions that were frozen, separated by
-- one space. Target: the platform that runs it. Definition: JSON, as it was asked for. Starts at: an instant of the
-- series of an interval. State: active, paused, suspended (its key has ended), idle (its platform is not served).
create table schedule (
    id         varchar(36)              primary key,
    platform   varchar(64)              null,
    name       varchar(100)             not null,
    owner      varchar(64)              not null,
    owner_kind varchar(16)              not null,
    key_root   varchar(12)              null,
    scope      text                     not null,
    target     varchar(64)              not null,
    definition text                     not null,
    starts_at  timestamp with time zone not null,
    state      varchar(16)              not null,
    reason     varchar(300)             null,
    next_at    timestamp with time zone not null,
    created_at timestamp with time zone not null,
    changed_at timestamp with time zone not null,
    revision   bigint                   not null
);

create unique index schedule_declared on schedule (platform, name);
create index schedule_due on schedule (state, next_at);
create index schedule_owner on schedule (owner);
create index schedule_target on schedule (target);

-- What became of the times of a schedule. Kind: time, hand. Outcome: started, waiting (for the run before), skipped (the run
-- before has not ended), missed (fires times from fire_at to last_at), refused. Open: its job had not ended when it was
-- looked at last.
create table schedule_run (
    schedule_id varchar(36)              not null,
    fire_at     timestamp with time zone not null,
    kind        varchar(8)               not null,
    outcome     varchar(16)              not null,
    fires       integer                  not null,
    last_at     timestamp with time zone not null,
    job_id      varchar(64)              null,
    detail      varchar(300)             null,
    is_open     boolean                  not null,
    primary key (schedule_id, fire_at, kind)
);

create index schedule_run_waiting on schedule_run (outcome, schedule_id);

-- The newest key of a chain is looked up for each fire.
create index api_key_root on api_key (root_id);

-- URLs that are told the end of their owner's jobs. Events: separated by one space. Old secret: signs too until old_until.
create table webhook (
    id         varchar(36)              primary key,
    owner      varchar(64)              not null,
    url        varchar(2000)            not null,
    events     varchar(200)             not null,
    secret     varchar(200)             not null,
    old_secret varchar(200)             null,
    old_until  timestamp with time zone null,
    state      varchar(16)              not null,
    reason     varchar(300)             null,
    created_at timestamp with time zone not null,
    changed_at timestamp with time zone not null
);

create index webhook_owner on webhook (owner);

-- Written in the transaction that caused it. Attempt: how many were begun. Next at: the next attempt; while one is under
-- way, when it counts as lost.
create table webhook_delivery (
    id         varchar(64)              primary key,
    webhook_id varchar(36)              not null,
    event      varchar(64)              not null,
    body       text                     not null,
    state      varchar(16)              not null,
    attempt    integer                  not null,
    next_at    timestamp with time zone not null,
    created_at timestamp with time zone not null,
    tried_at   timestamp with time zone null,
    status     integer                  null,
    detail     varchar(300)             null
);

create index webhook_delivery_due on webhook_delivery (state, next_at);
create index webhook_delivery_of on webhook_delivery (webhook_id, state);
