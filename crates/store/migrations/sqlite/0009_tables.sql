-- Changes of decision tables: each a whole table, from its draft to its publication, with what was done to it.
create table table_versions (
  port text not null,
  id blob not null,
  name text not null,
  state text not null,
  edit integer not null,
  valid_from text not null,
  base text not null,
  hash text not null,
  text text not null,
  organ text not null,
  person text not null,
  changed_at integer not null,
  published_at integer not null,
  primary key (port, id)
);
create index table_versions_name on table_versions (port, name, id);
create index table_versions_published on table_versions (port, name, published_at) where state = 'published';

create table table_steps (
  port text not null,
  version blob not null,
  n integer not null,
  at integer not null,
  who text not null,
  kind text not null,
  hash text not null,
  words text not null,
  receipt blob not null,
  primary key (port, version, n)
);

drop table published;
