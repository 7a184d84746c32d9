-- One row. The epoch names this state of the store: a restore draws a new one, because what was numbered after the backup
-- is numbered again. Empty until the first host has drawn it.
create table store_meta (
    id    integer     primary key,
    epoch varchar(36) not null
);

insert into store_meta (id, epoch) values (1, '');

-- One row: automatic backups, which one node at a time makes for all. A claim is a changed version; no other node may
-- claim before the time in busy_until, by the clock of the database. The last good backup was read back after writing.
create table backup_state (
    id           integer                  primary key,
    version      bigint                   not null,
    busy_until   timestamp with time zone null,
    good_id      varchar(64)              null,
    good_node    varchar(64)              null,
    good_at      timestamp with time zone null
);

insert into backup_state (id, version) values (1, 0);
