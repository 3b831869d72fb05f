-- Matters and their journal. Every table of matters carries the port, by which it can be partitioned.
create table matters (
  port text not null,
  id blob not null,
  kind text not null,
  version integer not null,
  previous integer not null,
  number text not null,
  firm text not null,
  title text not null,
  subject_key text not null,
  state text not null,
  holder text not null,
  due_at integer,
  starts_at integer,
  ends_at integer,
  place text not null,
  opened_at integer not null,
  updated_at integer not null,
  fold text not null,
  tokens text not null,
  snapshot blob not null,
  primary key (port, id)
);
create unique index matters_number on matters (port, number);
create index matters_state on matters (port, kind, state, id);
create index matters_subject on matters (port, subject_key, id) where subject_key <> '';
create index matters_starts on matters (port, kind, starts_at, id) where starts_at is not null;

create table entries (
  port text not null,
  matter blob not null,
  seq integer not null,
  kind text not null,
  v integer not null,
  at integer not null,
  actor text not null,
  on_behalf text,
  channel text not null,
  receipt blob not null,
  bytes blob not null,
  primary key (port, matter, seq)
) without rowid;

-- Which firms see a matter: its own (party = 0, valid while the matter names it) and the others that take part.
create table reach (
  port text not null,
  firm text not null,
  matter blob not null,
  party integer not null,
  primary key (port, firm, matter, party)
) without rowid;
create index reach_matter on reach (port, matter);

create table tokens (
  port text not null,
  token text not null,
  matter blob not null,
  primary key (port, token, matter)
) without rowid;

create table tasks (
  port text not null,
  matter blob not null,
  organ text not null,
  step text not null,
  state text not null,
  open integer not null,
  since integer not null,
  due_at integer,
  due_sort integer not null,
  note text not null,
  primary key (port, matter, organ, step)
) without rowid;
create index tasks_queue on tasks (port, organ, due_sort, matter, step) where open = 1;

create table claims (
  port text not null,
  matter blob not null,
  organ text not null,
  step text not null,
  who text not null,
  until integer not null,
  primary key (port, matter, organ, step)
) without rowid;

create table clocks (
  port text not null,
  matter blob not null,
  clock text not null,
  step text not null,
  due_at integer not null,
  leased_until integer not null,
  tries integer not null,
  primary key (port, matter, clock, step)
) without rowid;
create index clocks_due on clocks (port, due_at);

create table documents (
  port text not null,
  id blob not null,
  matter blob not null,
  purpose text not null,
  subject text not null,
  size integer not null,
  wrapped_key blob,
  salt blob,
  sealed blob,
  file text,
  created_at integer not null,
  erased_at integer,
  primary key (port, id)
);
create index documents_matter on documents (port, matter);
create index documents_subject on documents (port, subject) where subject <> '';

-- The evidence: receipts, the batches that signed them, and the log's tree.
create table receipts (
  port text not null,
  id blob not null,
  batch blob not null,
  leaf integer not null,
  matters blob not null,
  what text not null,
  received_at integer not null,
  digest blob not null,
  salt blob,
  key_hash blob,
  body_digest blob,
  bytes blob not null,
  primary key (port, id)
);
create unique index receipts_key on receipts (port, key_hash) where key_hash is not null;

create table batches (
  port text not null,
  id blob not null,
  committed_at integer not null,
  leaf_count integer not null,
  leaves blob not null,
  first_index integer,
  primary key (port, id)
);
create index batches_waiting on batches (port, id) where first_index is null;
create unique index batches_index on batches (port, first_index) where first_index is not null;

create table tiles (
  port text not null,
  level integer not null,
  n integer not null,
  hashes blob not null,
  primary key (port, level, n)
);

create table log_heads (
  port text not null,
  size integer not null,
  root blob not null,
  epoch integer not null,
  signed_at integer not null,
  note blob not null,
  primary key (port)
);

create table leases (
  port text not null,
  name text not null,
  holder text not null,
  epoch integer not null,
  until integer not null,
  primary key (port, name)
);

create table counters (
  port text not null,
  name text not null,
  value integer not null,
  primary key (port, name)
);

-- The outbox: read behind the sequenced position only.
create table events (
  port text not null,
  batch blob not null,
  leaf integer not null,
  n integer not null,
  kind text not null,
  matter blob not null,
  data text not null,
  primary key (port, batch, leaf, n)
) without rowid;

-- Outside the journal.
create table users (
  port text not null,
  id text not null,
  name text not null,
  password_hash text not null,
  firm text,
  organ text,
  roles text not null,
  language text not null,
  must_change integer not null,
  disabled integer not null,
  primary key (port, id)
);

create table sessions (
  port text not null,
  token_hash blob not null,
  user_id text not null,
  csrf text not null,
  created_at integer not null,
  expires_at integer not null,
  idle_until integer not null,
  primary key (port, token_hash)
);
create index sessions_user on sessions (port, user_id);

create table api_keys (
  port text not null,
  key_hash blob not null,
  principal text not null,
  firm text,
  organ text,
  scopes text not null,
  created_at integer not null,
  revoked_at integer,
  primary key (port, key_hash)
);

create table drafts (
  port text not null,
  owner text not null,
  target text not null,
  formality text not null,
  sealed blob not null,
  saved_at integer not null,
  primary key (port, owner, target, formality)
);
create index drafts_age on drafts (port, saved_at);

create table mandates (
  port text not null,
  agent text not null,
  principal text not null,
  valid_from integer not null,
  valid_until integer not null,
  revoked_at integer,
  primary key (port, agent, principal, valid_from)
);

create table records (
  port text not null,
  register text not null,
  key text not null,
  version integer not null,
  json text not null,
  source text not null,
  recorded_at integer not null,
  primary key (port, register, key, version)
);

create table published (
  port text not null,
  name text not null,
  hash text not null,
  valid_from integer not null,
  bytes blob not null,
  published_at integer not null,
  primary key (port, name, hash)
);

create table access_log (
  port text not null,
  id blob not null,
  at integer not null,
  who text not null,
  matter blob not null,
  fields text not null,
  purpose text not null,
  primary key (port, id)
);
create index access_log_matter on access_log (port, matter, id);

create table poison (
  port text not null,
  id blob not null,
  source text not null,
  at integer not null,
  tries integer not null,
  reason text not null,
  bytes blob not null,
  settled_at integer,
  primary key (port, id)
);

-- Shadow of the projection, filled by a rebuild and swapped in.
create table shadow_matters as select * from matters where 0;
create unique index shadow_matters_id on shadow_matters (port, id);
create table shadow_reach as select * from reach where 0;
create index shadow_reach_matter on shadow_reach (port, matter);
create table shadow_tokens as select * from tokens where 0;
create index shadow_tokens_matter on shadow_tokens (port, matter);
create table shadow_tasks as select * from tasks where 0;
create index shadow_tasks_matter on shadow_tasks (port, matter);
create table shadow_clocks as select * from clocks where 0;
create index shadow_clocks_matter on shadow_clocks (port, matter);
