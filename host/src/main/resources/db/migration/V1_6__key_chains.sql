-- The first key of those that were rotated into this one, to which use is put; null for a key that is no successor.
alter table api_key add column root_id varchar(12) null;

update api_key set root_id = rotated_from where rotated_from is not null;
