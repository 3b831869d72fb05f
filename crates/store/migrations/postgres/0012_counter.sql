-- Visits at the counter: who is served by whom, with which consent. Names stand in hall_words, sealed.
create table visits (
  port text collate "C" not null,
  id bytea not null,
  clerk text collate "C" not null,
  firm text collate "C" not null,
  services text collate "C" not null,
  state text collate "C" not null,
  way text collate "C" not null,
  code bytea,
  code_until bigint,
  tries bigint not null,
  place text collate "C" not null,
  secret bytea not null,
  opened_at bigint not null,
  acting_until bigint,
  ended_at bigint,
  receipt bytea,
  primary key (port, id)
);
create unique index visits_secret on visits (port, secret);
create unique index visits_code on visits (port, code) where code is not null;
create index visits_opened on visits (port, opened_at);
create index visits_firm on visits (port, firm, opened_at);

-- Papers of a visit: scanned, shown, to follow, delivered. What was scanned stands in hall_words under `document`.
create table visit_papers (
  port text collate "C" not null,
  visit bytea not null,
  service text collate "C" not null,
  paper text collate "C" not null,
  state text collate "C" not null,
  clerk text collate "C" not null,
  firm text collate "C" not null,
  at bigint not null,
  due_at bigint,
  reminded_at bigint,
  document bytea,
  receipt bytea not null,
  primary key (port, visit, service, paper)
);
create index visit_papers_due on visit_papers (port, due_at) where state = 'later';
create index visit_papers_at on visit_papers (port, at);

-- What was done at the counter, for its ledger; entries of other channels are not in it.
create index entries_counter on entries (port, at) where channel = 'counter';
