-- Calls by when they end: permits of ships that have sailed stay readable for some days, and are found by that time.
create index matters_ends on matters (port, kind, ends_at, id) where ends_at is not null;
