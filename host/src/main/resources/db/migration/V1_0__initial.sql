-- The same statements on H2 (PostgreSQL mode) and on PostgreSQL. Versions are <major>_<minor>: within a major only
-- additions, because an older host of the same major still has to work on the result.

create table blob (
    namespace  varchar(64)              not null,
    name       varchar(200)             not null,
    id         varchar(36)              not null unique,
    size       bigint                   not null,
    created_at timestamp with time zone not null,
    primary key (namespace, name)
);

-- Rows of at most 1 MiB. Written before their blob row, so there is no reference to it.
create table blob_chunk (
    blob_id varchar(36) not null,
    seq     integer     not null,
    content bytea       not null,
    primary key (blob_id, seq)
);

-- Role names are separated by one space.
create table principal (
    id          varchar(64)              primary key,
    kind        varchar(16)              not null,
    roles       text                     not null,
    created_at  timestamp with time zone not null,
    disabled_at timestamp with time zone null
);

-- Roles of the operator's own, and replacements of the default ones. Permissions are separated by one space.
create table role (
    name        varchar(64) primary key,
    permissions text        not null
);

-- Roles null: all of the owner's. Permissions null: all that the roles give.
create table api_key (
    id           varchar(12)              primary key,
    principal_id varchar(64)              not null references principal (id),
    name         varchar(200)             not null,
    hash         bytea                    not null,
    hint         varchar(4)               not null,
    roles        text                     null,
    permissions  text                     null,
    created_at   timestamp with time zone not null,
    created_by   varchar(64)              null,
    expires_at   timestamp with time zone null
);

create index api_key_principal on api_key (principal_id);

-- Which digest of which plugin shall run: the only truth about plugins.
create table plugin_desired (
    plugin_id  varchar(64)              primary key,
    sha256     varchar(64)              not null,
    version    varchar(100)             not null,
    enabled    boolean                  not null,
    source     varchar(1000)            not null,
    file_name  varchar(1000)            null,
    changed_at timestamp with time zone not null
);

create table plugin_history (
    id           varchar(36)              primary key,
    plugin_id    varchar(64)              not null,
    seq          bigint                   not null,
    sha256       varchar(64)              not null,
    version      varchar(100)             not null,
    source       varchar(1000)            not null,
    file_name    varchar(1000)            null,
    activated_at timestamp with time zone not null,
    unique (plugin_id, seq)
);

-- What was last seen in a plugin folder, so that each change of a file is applied once.
create table plugin_inbox (
    source    varchar(500)             not null,
    file_name varchar(500)             not null,
    sha256    varchar(64)              not null,
    plugin_id varchar(64)              null,
    seen_at   timestamp with time zone not null,
    primary key (source, file_name)
);
