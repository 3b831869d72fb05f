-- Changes of decision tables: each a whole table, from its draft to its publication, with what was done to it.
create table table_versions (
  port text collate "C" not null,
  id bytea not null,
  name text collate "C" not null,
  state text collate "C" not null,
  edit bigint not null,
  valid_from text collate "C" not null,
  base text collate "C" not null,
  hash text collate "C" not null,
  text text collate "C" not null,
  organ text collate "C" not null,
  person text collate "C" not null,
  changed_at bigint not null,
  published_at bigint not null,
  primary key (port, id)
);
create index table_versions_name on table_versions (port, name, id);
create index table_versions_published on table_versions (port, name, published_at) where state = 'published';

create table table_steps (
  port text collate "C" not null,
  version bytea not null,
  n bigint not null,
  at bigint not null,
  who text collate "C" not null,
  kind text collate "C" not null,
  hash text collate "C" not null,
  words text collate "C" not null,
  receipt bytea not null,
  primary key (port, version, n)
);

drop table published;
