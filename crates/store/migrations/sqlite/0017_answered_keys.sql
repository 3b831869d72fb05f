-- Clients' keys that were answered with a receipt that stood already: nothing was written for them but this.
create table answered_keys (
  port text not null,
  key_hash blob not null,
  body_digest blob not null,
  receipt blob not null,
  at integer not null,
  primary key (port, key_hash)
) without rowid;
