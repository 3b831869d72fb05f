-- Firms that were told that a measure started, changed or ended; `mark` tells how it stood then.
create table measure_told (
  port text not null,
  measure text not null,
  event text not null,
  mark bigint not null,
  firm text not null,
  at bigint not null,
  primary key (port, measure, event, mark, firm)
);
