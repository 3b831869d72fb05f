-- Remote help: a firm's person lets somebody of the port office look at the page that she has open. Her code and her name
-- stand in hall_words, sealed; each look stands in access_log under the id.
create table helps (
  port text not null,
  id blob not null,
  firm text not null,
  principal text not null,
  person text not null,
  state text not null,
  code blob,
  code_until integer not null,
  operator text not null,
  place text not null,
  seq integer not null,
  pointed text not null,
  pointed_words text not null,
  pointed_at integer not null,
  problem text not null,
  opened_at integer not null,
  until integer not null,
  ended_at integer,
  primary key (port, id)
);
create unique index helps_code on helps (port, code) where code is not null;
create index helps_person on helps (port, person, opened_at);
create index helps_operator on helps (port, operator, opened_at);
