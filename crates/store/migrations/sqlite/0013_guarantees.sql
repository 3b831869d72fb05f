-- Guarantee accounts of customs, in whole cents: a reservation never exceeds what is free.
create table guarantees (
  port text not null,
  code text not null,
  firm text not null,
  amount integer not null,
  reserved integer not null check (reserved >= 0 and reserved <= amount),
  expires_at integer not null,
  primary key (port, code)
) without rowid;
