-- What operators and administrators changed outside the journal. Each row's digest stands in a receipt of the log.
create table changes (
  port text not null,
  id blob not null,
  at integer not null,
  who text not null,
  kind text not null,
  unit text not null,
  about text not null,
  detail text not null,
  primary key (port, id)
);
create index changes_unit on changes (port, unit, id);

-- The persons of whom a document tells: digests under a secret of the store, one after the other.
create table subjects (
  port text not null,
  document blob not null,
  digests blob not null,
  primary key (port, document)
) without rowid;

-- Matters of which nothing is erased by the rows of retention: a court or an inquiry asks for them.
create table keeps (
  port text not null,
  matter blob not null,
  ground text not null,
  who text not null,
  since integer not null,
  primary key (port, matter)
);

-- Secrets of the store, sealed under the master key.
create table secrets (
  port text not null,
  name text not null,
  sealed blob not null,
  primary key (port, name)
);

-- By which rule or on which ground a document was erased, as JSON.
alter table documents add column erased_why text;

-- What is still to be erased, by what it serves and its age.
create index documents_kept on documents (port, purpose, created_at, id) where wrapped_key is not null;
