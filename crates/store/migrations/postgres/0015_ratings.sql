-- What visitors say of a service: once for each number or visit. Words and names stand in hall_words, sealed.
create table ratings (
  port text collate "C" not null,
  id bytea not null,
  about bytea not null,
  service text collate "C" not null,
  line text collate "C" not null,
  clerk text collate "C" not null,
  good bigint not null,
  problem text collate "C" not null,
  at bigint not null,
  primary key (port, id)
);
create unique index ratings_about on ratings (port, about);
create index ratings_at on ratings (port, at);
