-- What operators and administrators changed outside the journal. Each row's digest stands in a receipt of the log.
create table changes (
  port text collate "C" not null,
  id bytea not null,
  at bigint not null,
  who text collate "C" not null,
  kind text collate "C" not null,
  unit text collate "C" not null,
  about text collate "C" not null,
  detail text collate "C" not null,
  primary key (port, id)
);
create index changes_unit on changes (port, unit, id);

-- The persons of whom a document tells: digests under a secret of the store, one after the other.
create table subjects (
  port text collate "C" not null,
  document bytea not null,
  digests bytea not null,
  primary key (port, document)
);

-- Matters of which nothing is erased by the rows of retention: a court or an inquiry asks for them.
create table keeps (
  port text collate "C" not null,
  matter bytea not null,
  ground text collate "C" not null,
  who text collate "C" not null,
  since bigint not null,
  primary key (port, matter)
);

-- Secrets of the store, sealed under the master key.
create table secrets (
  port text collate "C" not null,
  name text collate "C" not null,
  sealed bytea not null,
  primary key (port, name)
);

-- By which rule or on which ground a document was erased, as JSON.
alter table documents add column erased_why text collate "C";

-- What is still to be erased, by what it serves and its age.
create index documents_kept on documents (port, purpose, created_at, id) where wrapped_key is not null;
