-- Remote help: a firm's person lets somebody of the port office look at the page that she has open. Her code and her name
-- stand in hall_words, sealed; each look stands in access_log under the id.
create table helps (
  port text collate "C" not null,
  id bytea not null,
  firm text collate "C" not null,
  principal text collate "C" not null,
  person text collate "C" not null,
  state text collate "C" not null,
  code bytea,
  code_until bigint not null,
  operator text collate "C" not null,
  place text collate "C" not null,
  seq bigint not null,
  pointed text collate "C" not null,
  pointed_words text collate "C" not null,
  pointed_at bigint not null,
  problem text collate "C" not null,
  opened_at bigint not null,
  until bigint not null,
  ended_at bigint,
  primary key (port, id)
);
create unique index helps_code on helps (port, code) where code is not null;
create index helps_person on helps (port, person, opened_at);
create index helps_operator on helps (port, operator, opened_at);
