-- The watch list of an organ, sealed as a whole: who is on it is known to that organ alone.
create table watch_lists (
  port text not null,
  organ text not null,
  version integer not null,
  entries integer not null,
  sealed blob not null,
  changed_at integer not null,
  primary key (port, organ)
);
