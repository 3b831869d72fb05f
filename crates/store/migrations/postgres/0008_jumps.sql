-- Who went before whom in an organ's queue by a priority: each pair once, when it first came about.
create table jumps (
  port text not null,
  organ text not null,
  matter bytea not null,
  step text not null,
  over bytea not null,
  over_step text not null,
  at bigint not null,
  class text not null,
  measure text not null,
  application text not null,
  approver text not null,
  primary key (port, organ, matter, step, over, over_step)
);
create index jumps_at on jumps (port, at);
create index jumps_over on jumps (port, over);
