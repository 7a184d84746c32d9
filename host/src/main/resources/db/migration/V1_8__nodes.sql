-- Host processes by the names that their data directories keep. Incarnation: one process, from its start to its end;
-- null once it has stopped in good order. Beat: raised every second by a process that is alive.
create table node (
    name        varchar(64)              primary key,
    incarnation varchar(36)              null,
    beat        bigint                   not null,
    seen_at     timestamp with time zone not null
);

-- What each node last saw in its plugin folders, so that each change of a file is applied once, and a file that lies on
-- one node is not missed on another. Takes the place of plugin_inbox, which stays for hosts of an earlier version. Node:
-- empty for rows from there, until the node whose files they are has taken them over.
create table folder_file (
    node      varchar(64)              not null,
    source    varchar(500)             not null,
    file_name varchar(500)             not null,
    sha256    varchar(64)              not null,
    plugin_id varchar(64)              null,
    seen_at   timestamp with time zone not null,
    primary key (node, source, file_name)
);

insert into folder_file (node, source, file_name, sha256, plugin_id, seen_at)
    select '', source, file_name, sha256, plugin_id, seen_at from plugin_inbox;

-- Digests whose code a node was starting when it was last seen: written before, deleted after. What is left was running
-- when the process of that node died. Crashes: how often that was so; alone: how often with nothing else being started.
-- Takes the place of plugin_start.
create table generation_start (
    node      varchar(64)              not null,
    sha256    varchar(64)              not null,
    plugin_id varchar(64)              not null,
    version   varchar(100)             not null,
    running   boolean                  not null,
    crashes   integer                  not null,
    alone     integer                  not null,
    began_at  timestamp with time zone not null,
    primary key (node, sha256)
);

insert into generation_start (node, sha256, plugin_id, version, running, crashes, alone, began_at)
    select '', sha256, plugin_id, version, running, deaths, alone, began_at from plugin_start;

-- The node in whose folder the file lies; null for what came through the API.
alter table plugin_desired add column node varchar(64) null;
alter table plugin_history add column node varchar(64) null;

-- One row. Every change of desired state raises it in its own transaction and gives the new revision to the row it
-- changes, so changes come one after the other on all nodes, and a node finds what it has not seen yet.
create table desired_change (
    id       integer primary key,
    revision bigint  not null
);

insert into desired_change (id, revision) values (1, 1);

-- The revision of the last change of this row. A row that is older than revisions has the first.
alter table plugin_desired add column revision bigint default 1 not null;

-- Done, but the response cannot be replayed: the word of the field for what was called unkept.
update idempotency_key set state = 'not_replayable' where state = 'unkept';
