-- Licences and permits of other departments, with what declarations drew of them, in thousandths: never more than they were given for.
create table licences (
  port text not null,
  kind text not null,
  number text not null,
  firm text not null,
  goods text not null,
  origin text not null,
  unit text not null,
  quantity integer not null,
  drawn integer not null check (drawn >= 0 and drawn <= quantity),
  starts_at integer not null,
  ends_at integer not null,
  primary key (port, kind, number)
) without rowid;
