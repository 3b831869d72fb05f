-- Figures that are reckoned from the journal when somebody asks, and kept for a while: they can be made anew at any time.
create table reckoned (
  port text not null,
  name text not null,
  at integer not null,
  json text not null,
  primary key (port, name)
) without rowid;
