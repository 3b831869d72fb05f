-- What visitors say of a service: once for each number or visit. Words and names stand in hall_words, sealed.
create table ratings (
  port text not null,
  id blob not null,
  about blob not null,
  service text not null,
  line text not null,
  clerk text not null,
  good integer not null,
  problem text not null,
  at integer not null,
  primary key (port, id)
);
create unique index ratings_about on ratings (port, about);
create index ratings_at on ratings (port, at);
