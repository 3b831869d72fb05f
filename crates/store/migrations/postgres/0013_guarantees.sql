-- Guarantee accounts of customs, in whole cents: a reservation never exceeds what is free.
create table guarantees (
  port text collate "C" not null,
  code text collate "C" not null,
  firm text collate "C" not null,
  amount bigint not null,
  reserved bigint not null check (reserved >= 0 and reserved <= amount),
  expires_at bigint not null,
  primary key (port, code)
);
