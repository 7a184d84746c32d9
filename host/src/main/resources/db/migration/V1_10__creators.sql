-- The creator of a key may be a principal of another issuer: the name of the issuer, a colon, and the subject.
alter table api_key alter column created_by type varchar(320);
