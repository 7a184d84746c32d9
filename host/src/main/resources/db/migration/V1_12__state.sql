-- The use of the space of each platform. Whoever changes documents or blobs of a platform locks its row first, so such
-- changes come one after the other on all nodes. Revision: raised by each document that is written; versions come from it.
create table platform_state (
    platform       varchar(64) primary key,
    revision       bigint      not null,
    document_bytes bigint      not null,
    documents      bigint      not null,
    blob_bytes     bigint      not null
);

-- Documents of platforms. Body: JSON; size: its length in UTF-8.
create table document (
    platform       varchar(64)              not null,
    collection     varchar(64)              not null,
    id             varchar(200)${exact}     not null,
    version        bigint                   not null,
    schema_number  integer                  not null,
    body           varchar(1048576)         not null,
    size           integer                  not null,
    changed_at     timestamp with time zone not null,
    primary key (platform, collection, id)
);

-- To find out which schemas are stored without reading documents.
create index document_schema on document (platform, collection, schema_number);

-- The values of declared fields, written in the transaction of their document. The order of terms is that of the values.
create table document_field (
    platform   varchar(64)          not null,
    collection varchar(64)          not null,
    id         varchar(200)${exact} not null,
    name       varchar(64)          not null,
    term       bytea                not null,
    primary key (platform, collection, id, name)
);

create index document_field_term on document_field (platform, collection, name, term, id);

-- Blobs of platforms are in namespaces of their own, and are listed by name.
alter table blob alter column name type varchar(200)${exact};
alter table blob add column sha256 varchar(64) null;
alter table blob add column media_type varchar(100) null;

-- The schemas that a jar reads of each collection, separated by one space: known once it has run.
create table plugin_document_type (
    sha256     varchar(64)   not null,
    collection varchar(64)   not null,
    readable   varchar(1000) not null,
    primary key (sha256, collection)
);
