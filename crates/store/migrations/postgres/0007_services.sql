-- Figures that are reckoned from the journal when somebody asks, and kept for a while: they can be made anew at any time.
create table reckoned (
  port text collate "C" not null,
  name text collate "C" not null,
  at bigint not null,
  json text collate "C" not null,
  primary key (port, name)
);
