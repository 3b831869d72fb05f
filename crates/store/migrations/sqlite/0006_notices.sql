-- What is told to whom: one row for each recipient (`person:ID`, `endpoint:ID`, `report:MATTER:N`, `level:CODE`) and source.
create table notices (
  port text not null,
  recipient text not null,
  id blob not null,
  source text not null,
  kind text not null,
  class text not null,
  matter blob not null,
  number text not null,
  data text not null,
  made_at integer not null,
  read_at integer,
  primary key (port, recipient, id)
) without rowid;
create unique index notices_source on notices (port, recipient, source);
create index notices_unread on notices (port, recipient) where read_at is null;

-- Each notice that leaves the house, by which way, and what came of it. Who gets it stands in the preferences, sealed.
create table deliveries (
  port text not null,
  id blob not null,
  recipient text not null,
  notice blob not null,
  way text not null,
  kind text not null,
  number text not null,
  state text not null,
  made_at integer not null,
  due_at integer not null,
  leased_until integer not null,
  tries integer not null,
  done_at integer,
  result text not null,
  primary key (port, id)
);
create index deliveries_due on deliveries (port, due_at) where state = 'waiting';
create index deliveries_recipient on deliveries (port, recipient, id);

-- By which ways a person or a level outside wants to be told, sealed: an address is a person's.
create table preferences (
  port text not null,
  recipient text not null,
  sealed blob not null,
  changed_at integer not null,
  primary key (port, recipient)
);

-- Addresses of systems that are called (Standard Webhooks), each with its sealed secret.
create table endpoints (
  port text not null,
  id blob not null,
  party text not null,
  url text not null,
  secret blob not null,
  made_by text not null,
  made_at integer not null,
  failing_since integer,
  disabled_at integer,
  reason text not null,
  primary key (port, id)
);
create index endpoints_party on endpoints (port, party, id);

-- Secret addresses of feeds, by the hash of their secret.
create table feeds (
  port text not null,
  token_hash blob not null,
  person text not null,
  made_at integer not null,
  primary key (port, token_hash)
);
create index feeds_person on feeds (port, person);

-- Telephone calls to firms: who called whom about what, and what came of it.
create table phone_calls (
  port text not null,
  id blob not null,
  matter blob not null,
  report integer not null,
  who text not null,
  at integer not null,
  result text not null,
  next_at integer,
  primary key (port, id)
);
create index phone_calls_matter on phone_calls (port, matter, id);

-- How far readers of the log have come.
create table readers (
  port text not null,
  name text not null,
  position integer not null,
  primary key (port, name)
);
create index users_firm on users (port, firm) where firm is not null;
create index users_organ on users (port, organ) where organ is not null;
