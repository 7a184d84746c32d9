-- The size of a stored response in bytes, so that the quota of a caller is a sum that reads no response.
alter table idempotency_key add column bytes bigint default 0 not null;

update idempotency_key set bytes = octet_length(body) where body is not null;
