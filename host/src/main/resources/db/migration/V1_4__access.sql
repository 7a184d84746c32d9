-- One row. Whoever changes anything about principals, roles or keys locks it first, so such changes come one after the
-- other on all nodes, and what they check still holds when they commit.
create table access_change (
    id      integer primary key,
    version bigint  not null
);

insert into access_change (id, version) values (1, 0);

-- A principal that was deleted stays, so that nobody else gets its name and with it what belongs to it.
alter table principal add column name varchar(200) null;
alter table principal add column deleted_at timestamp with time zone null;

-- Addresses and networks are separated by one space; null for all. A key has at most one successor.
alter table api_key add column revoked_at timestamp with time zone null;
alter table api_key add column allowed_from text null;
alter table api_key add column rate_plan varchar(64) null;
alter table api_key add column rotated_from varchar(12) null unique;
alter table api_key add column last_used_at timestamp with time zone null;
alter table api_key add column last_used_from varchar(45) null;
