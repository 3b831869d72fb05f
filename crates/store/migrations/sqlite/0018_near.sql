-- Clocks stand in the order in which they fall due, and nowhere else: an act that sets one and stops another changes the two
-- places, and no third by matter. Whoever stops a clock knows when it was due.
drop index clocks_due;
alter table clocks rename to clocks_before;
create table clocks (
  port text not null,
  matter blob not null,
  clock text not null,
  step text not null,
  due_at integer not null,
  leased_until integer not null,
  tries integer not null,
  primary key (port, due_at, matter, clock, step)
) without rowid;
insert into clocks select * from clocks_before;
drop table clocks_before;

-- A filing's document is named by its entry. Only what is looked for by its matter stands in the index of matters.
alter table documents add column named integer not null default 0;
drop index documents_matter;
create index documents_matter on documents (port, matter) where named = 0;
