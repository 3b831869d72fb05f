-- What measures did, counted behind the log from the journals, and from bills as they are stated: it can be made anew at any time.
-- A row for each application, in the month in which it was filed.
create table effects (
  port text collate "C" not null,
  measure text collate "C" not null,
  month text collate "C" not null,
  matter bytea not null,
  firm text collate "C" not null,
  about text collate "C" not null,
  law text collate "C" not null,
  told bigint not null,
  applied bigint not null,
  by_itself bigint not null,
  granted bigint not null,
  refused bigint not null,
  pending bigint not null,
  fell_away bigint not null,
  late bigint not null,
  saved bigint not null,
  hours bigint not null,
  back bigint not null,
  primary key (port, measure, month, matter)
);
create index effects_about on effects (port, measure, about) where about <> '';

-- Matters in which a measure was used in a month, and how many they are for each firm.
create table effect_uses (
  port text collate "C" not null,
  measure text collate "C" not null,
  month text collate "C" not null,
  matter bytea not null,
  primary key (port, measure, month, matter)
);
create table effect_firms (
  port text collate "C" not null,
  measure text collate "C" not null,
  month text collate "C" not null,
  firm text collate "C" not null,
  uses bigint not null,
  primary key (port, measure, month, firm)
);

-- How long the entry of a call took, in the month in which it began.
create table effect_calls (
  port text collate "C" not null,
  number text collate "C" not null,
  month text collate "C" not null,
  took bigint not null,
  primary key (port, number)
);
create index effect_calls_month on effect_calls (port, month, took);

-- What the reliefs of the newest version of a bill come to, in ten-thousandths; `granted` where an organ had granted the measure.
create table savings (
  port text collate "C" not null,
  firm text collate "C" not null,
  bill text collate "C" not null,
  measure text collate "C" not null,
  month text collate "C" not null,
  currency text collate "C" not null,
  amount bigint not null,
  granted bigint not null,
  primary key (port, firm, bill, measure, month, currency)
);
