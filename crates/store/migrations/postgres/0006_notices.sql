-- What is told to whom: one row for each recipient (`person:ID`, `endpoint:ID`, `report:MATTER:N`, `level:CODE`) and source.
create table notices (
  port text collate "C" not null,
  recipient text collate "C" not null,
  id bytea not null,
  source text collate "C" not null,
  kind text collate "C" not null,
  class text collate "C" not null,
  matter bytea not null,
  number text collate "C" not null,
  data text collate "C" not null,
  made_at bigint not null,
  read_at bigint,
  primary key (port, recipient, id)
);
create unique index notices_source on notices (port, recipient, source);
create index notices_unread on notices (port, recipient) where read_at is null;

-- Each notice that leaves the house, by which way, and what came of it. Who gets it stands in the preferences, sealed.
create table deliveries (
  port text collate "C" not null,
  id bytea not null,
  recipient text collate "C" not null,
  notice bytea not null,
  way text collate "C" not null,
  kind text collate "C" not null,
  number text collate "C" not null,
  state text collate "C" not null,
  made_at bigint not null,
  due_at bigint not null,
  leased_until bigint not null,
  tries bigint not null,
  done_at bigint,
  result text collate "C" not null,
  primary key (port, id)
);
create index deliveries_due on deliveries (port, due_at) where state = 'waiting';
create index deliveries_recipient on deliveries (port, recipient, id);

-- By which ways a person or a level outside wants to be told, sealed: an address is a person's.
create table preferences (
  port text collate "C" not null,
  recipient text collate "C" not null,
  sealed bytea not null,
  changed_at bigint not null,
  primary key (port, recipient)
);

-- Addresses of systems that are called (Standard Webhooks), each with its sealed secret.
create table endpoints (
  port text collate "C" not null,
  id bytea not null,
  party text collate "C" not null,
  url text collate "C" not null,
  secret bytea not null,
  made_by text collate "C" not null,
  made_at bigint not null,
  failing_since bigint,
  disabled_at bigint,
  reason text collate "C" not null,
  primary key (port, id)
);
create index endpoints_party on endpoints (port, party, id);

-- Secret addresses of feeds, by the hash of their secret.
create table feeds (
  port text collate "C" not null,
  token_hash bytea not null,
  person text collate "C" not null,
  made_at bigint not null,
  primary key (port, token_hash)
);
create index feeds_person on feeds (port, person);

-- Telephone calls to firms: who called whom about what, and what came of it.
create table phone_calls (
  port text collate "C" not null,
  id bytea not null,
  matter bytea not null,
  report bigint not null,
  who text collate "C" not null,
  at bigint not null,
  result text collate "C" not null,
  next_at bigint,
  primary key (port, id)
);
create index phone_calls_matter on phone_calls (port, matter, id);

-- How far readers of the log have come.
create table readers (
  port text collate "C" not null,
  name text collate "C" not null,
  position bigint not null,
  primary key (port, name)
);
create index users_firm on users (port, firm) where firm is not null;
create index users_organ on users (port, organ) where organ is not null;
