-- Licences and permits of other departments, with what declarations drew of them, in thousandths: never more than they were given for.
create table licences (
  port text collate "C" not null,
  kind text collate "C" not null,
  number text collate "C" not null,
  firm text collate "C" not null,
  goods text collate "C" not null,
  origin text collate "C" not null,
  unit text collate "C" not null,
  quantity bigint not null,
  drawn bigint not null check (drawn >= 0 and drawn <= quantity),
  starts_at bigint not null,
  ends_at bigint not null,
  primary key (port, kind, number)
);
