-- Clients' keys that were answered with a receipt that stood already: nothing was written for them but this.
create table answered_keys (
  port text collate "C" not null,
  key_hash bytea not null,
  body_digest bytea not null,
  receipt bytea not null,
  at bigint not null,
  primary key (port, key_hash)
);
