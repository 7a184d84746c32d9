-- The place of a checkpoint among those of its node, and the digest of the one before it; null for one of an earlier
-- version.
alter table audit_checkpoint add column number bigint null;
alter table audit_checkpoint add column previous varchar(64) null;
