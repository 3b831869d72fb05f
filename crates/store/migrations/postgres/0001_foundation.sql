-- Matters and their journal. Every table of matters carries the port, by which it can be partitioned.
create table matters (
  port text collate "C" not null,
  id bytea not null,
  kind text collate "C" not null,
  version bigint not null,
  previous bigint not null,
  number text collate "C" not null,
  firm text collate "C" not null,
  title text collate "C" not null,
  subject_key text collate "C" not null,
  state text collate "C" not null,
  holder text collate "C" not null,
  due_at bigint,
  starts_at bigint,
  ends_at bigint,
  place text collate "C" not null,
  opened_at bigint not null,
  updated_at bigint not null,
  fold text collate "C" not null,
  tokens text collate "C" not null,
  snapshot bytea not null,
  primary key (port, id)
);
create unique index matters_number on matters (port, number);
create index matters_state on matters (port, kind, state, id);
create index matters_subject on matters (port, subject_key, id) where subject_key <> '';
create index matters_starts on matters (port, kind, starts_at, id) where starts_at is not null;

create table entries (
  port text collate "C" not null,
  matter bytea not null,
  seq bigint not null,
  kind text collate "C" not null,
  v bigint not null,
  at bigint not null,
  actor text collate "C" not null,
  on_behalf text collate "C",
  channel text collate "C" not null,
  receipt bytea not null,
  bytes bytea not null,
  primary key (port, matter, seq)
);

-- Which firms see a matter: its own (party = 0, valid while the matter names it) and the others that take part.
create table reach (
  port text collate "C" not null,
  firm text collate "C" not null,
  matter bytea not null,
  party bigint not null,
  primary key (port, firm, matter, party)
);
create index reach_matter on reach (port, matter);

create table tokens (
  port text collate "C" not null,
  token text collate "C" not null,
  matter bytea not null,
  primary key (port, token, matter)
);

create table tasks (
  port text collate "C" not null,
  matter bytea not null,
  organ text collate "C" not null,
  step text collate "C" not null,
  state text collate "C" not null,
  open bigint not null,
  since bigint not null,
  due_at bigint,
  due_sort bigint not null,
  note text collate "C" not null,
  primary key (port, matter, organ, step)
);
create index tasks_queue on tasks (port, organ, due_sort, matter, step) where open = 1;

create table claims (
  port text collate "C" not null,
  matter bytea not null,
  organ text collate "C" not null,
  step text collate "C" not null,
  who text collate "C" not null,
  until bigint not null,
  primary key (port, matter, organ, step)
);

create table clocks (
  port text collate "C" not null,
  matter bytea not null,
  clock text collate "C" not null,
  step text collate "C" not null,
  due_at bigint not null,
  leased_until bigint not null,
  tries bigint not null,
  primary key (port, matter, clock, step)
);
create index clocks_due on clocks (port, due_at);

create table documents (
  port text collate "C" not null,
  id bytea not null,
  matter bytea not null,
  purpose text collate "C" not null,
  subject text collate "C" not null,
  size bigint not null,
  wrapped_key bytea,
  salt bytea,
  sealed bytea,
  file text collate "C",
  created_at bigint not null,
  erased_at bigint,
  primary key (port, id)
);
create index documents_matter on documents (port, matter);
create index documents_subject on documents (port, subject) where subject <> '';

-- The evidence: receipts, the batches that signed them, and the log's tree.
create table receipts (
  port text collate "C" not null,
  id bytea not null,
  batch bytea not null,
  leaf bigint not null,
  matters bytea not null,
  what text collate "C" not null,
  received_at bigint not null,
  digest bytea not null,
  salt bytea,
  key_hash bytea,
  body_digest bytea,
  bytes bytea not null,
  primary key (port, id)
);
create unique index receipts_key on receipts (port, key_hash) where key_hash is not null;

create table batches (
  port text collate "C" not null,
  id bytea not null,
  committed_at bigint not null,
  leaf_count bigint not null,
  leaves bytea not null,
  first_index bigint,
  primary key (port, id)
);
create index batches_waiting on batches (port, id) where first_index is null;
create unique index batches_index on batches (port, first_index) where first_index is not null;

create table tiles (
  port text collate "C" not null,
  level bigint not null,
  n bigint not null,
  hashes bytea not null,
  primary key (port, level, n)
);

create table log_heads (
  port text collate "C" not null,
  size bigint not null,
  root bytea not null,
  epoch bigint not null,
  signed_at bigint not null,
  note bytea not null,
  primary key (port)
);

create table leases (
  port text collate "C" not null,
  name text collate "C" not null,
  holder text collate "C" not null,
  epoch bigint not null,
  until bigint not null,
  primary key (port, name)
);

create table counters (
  port text collate "C" not null,
  name text collate "C" not null,
  value bigint not null,
  primary key (port, name)
);

-- The outbox: read behind the sequenced position only.
create table events (
  port text collate "C" not null,
  batch bytea not null,
  leaf bigint not null,
  n bigint not null,
  kind text collate "C" not null,
  matter bytea not null,
  data text collate "C" not null,
  primary key (port, batch, leaf, n)
);

-- Outside the journal.
create table users (
  port text collate "C" not null,
  id text collate "C" not null,
  name text collate "C" not null,
  password_hash text collate "C" not null,
  firm text collate "C",
  organ text collate "C",
  roles text collate "C" not null,
  language text collate "C" not null,
  must_change bigint not null,
  disabled bigint not null,
  primary key (port, id)
);

create table sessions (
  port text collate "C" not null,
  token_hash bytea not null,
  user_id text collate "C" not null,
  csrf text collate "C" not null,
  created_at bigint not null,
  expires_at bigint not null,
  idle_until bigint not null,
  primary key (port, token_hash)
);
create index sessions_user on sessions (port, user_id);

create table api_keys (
  port text collate "C" not null,
  key_hash bytea not null,
  principal text collate "C" not null,
  firm text collate "C",
  organ text collate "C",
  scopes text collate "C" not null,
  created_at bigint not null,
  revoked_at bigint,
  primary key (port, key_hash)
);

create table drafts (
  port text collate "C" not null,
  owner text collate "C" not null,
  target text collate "C" not null,
  formality text collate "C" not null,
  sealed bytea not null,
  saved_at bigint not null,
  primary key (port, owner, target, formality)
);
create index drafts_age on drafts (port, saved_at);

create table mandates (
  port text collate "C" not null,
  agent text collate "C" not null,
  principal text collate "C" not null,
  valid_from bigint not null,
  valid_until bigint not null,
  revoked_at bigint,
  primary key (port, agent, principal, valid_from)
);

create table records (
  port text collate "C" not null,
  register text collate "C" not null,
  key text collate "C" not null,
  version bigint not null,
  json text collate "C" not null,
  source text collate "C" not null,
  recorded_at bigint not null,
  primary key (port, register, key, version)
);

create table published (
  port text collate "C" not null,
  name text collate "C" not null,
  hash text collate "C" not null,
  valid_from bigint not null,
  bytes bytea not null,
  published_at bigint not null,
  primary key (port, name, hash)
);

create table access_log (
  port text collate "C" not null,
  id bytea not null,
  at bigint not null,
  who text collate "C" not null,
  matter bytea not null,
  fields text collate "C" not null,
  purpose text collate "C" not null,
  primary key (port, id)
);
create index access_log_matter on access_log (port, matter, id);

create table poison (
  port text collate "C" not null,
  id bytea not null,
  source text collate "C" not null,
  at bigint not null,
  tries bigint not null,
  reason text collate "C" not null,
  bytes bytea not null,
  settled_at bigint,
  primary key (port, id)
);

-- Shadow of the projection, filled by a rebuild and swapped in.
create table shadow_matters as select * from matters where false;
create unique index shadow_matters_id on shadow_matters (port, id);
create table shadow_reach as select * from reach where false;
create index shadow_reach_matter on shadow_reach (port, matter);
create table shadow_tokens as select * from tokens where false;
create index shadow_tokens_matter on shadow_tokens (port, matter);
create table shadow_tasks as select * from tasks where false;
create index shadow_tasks_matter on shadow_tasks (port, matter);
create table shadow_clocks as select * from clocks where false;
create index shadow_clocks_matter on shadow_clocks (port, matter);
