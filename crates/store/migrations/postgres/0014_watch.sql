-- The watch list of an organ, sealed as a whole: who is on it is known to that organ alone.
create table watch_lists (
  port text not null,
  organ text not null,
  version bigint not null,
  entries bigint not null,
  sealed bytea not null,
  changed_at bigint not null,
  primary key (port, organ)
);
