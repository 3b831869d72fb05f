-- Visits at the counter: who is served by whom, with which consent. Names stand in hall_words, sealed.
create table visits (
  port text not null,
  id blob not null,
  clerk text not null,
  firm text not null,
  services text not null,
  state text not null,
  way text not null,
  code blob,
  code_until integer,
  tries integer not null,
  place text not null,
  secret blob not null,
  opened_at integer not null,
  acting_until integer,
  ended_at integer,
  receipt blob,
  primary key (port, id)
);
create unique index visits_secret on visits (port, secret);
create unique index visits_code on visits (port, code) where code is not null;
create index visits_opened on visits (port, opened_at);
create index visits_firm on visits (port, firm, opened_at);

-- Papers of a visit: scanned, shown, to follow, delivered. What was scanned stands in hall_words under `document`.
create table visit_papers (
  port text not null,
  visit blob not null,
  service text not null,
  paper text not null,
  state text not null,
  clerk text not null,
  firm text not null,
  at integer not null,
  due_at integer,
  reminded_at integer,
  document blob,
  receipt blob not null,
  primary key (port, visit, service, paper)
);
create index visit_papers_due on visit_papers (port, due_at) where state = 'later';
create index visit_papers_at on visit_papers (port, at);

-- What was done at the counter, for its ledger; entries of other channels are not in it.
create index entries_counter on entries (port, at) where channel = 'counter';
