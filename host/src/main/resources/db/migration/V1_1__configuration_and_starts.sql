-- The configuration of a plugin, a JSON object; null for none. Kept with each version that ran, for the way back.
alter table plugin_desired add column configuration text null;
alter table plugin_history add column configuration text null;

-- The newest schema of lasting state that the plugin has written; 0 for none.
alter table plugin_desired add column state_schema integer default 0 not null;

-- Whether this jar has ever served: what has may have died with the host for no fault of its own.
alter table plugin_desired add column served boolean default true not null;

-- Digests whose code was being started when the host was last seen: written before, deleted after. What is left was
-- running when the process died. Deaths: how often that was so; alone: how
-- often with nobody else being started.
create table plugin_start (
    sha256    varchar(64)              primary key,
    plugin_id varchar(64)              not null,
    version   varchar(100)             not null,
    running   boolean                  not null,
    deaths    integer                  not null,
    alone     integer                  not null,
    began_at  timestamp with time zone not null
);
