-- What measures did, counted behind the log from the journals, and from bills as they are stated: it can be made anew at any time.
-- A row for each application, in the month in which it was filed.
create table effects (
  port text not null,
  measure text not null,
  month text not null,
  matter blob not null,
  firm text not null,
  about text not null,
  law text not null,
  told integer not null,
  applied integer not null,
  by_itself integer not null,
  granted integer not null,
  refused integer not null,
  pending integer not null,
  fell_away integer not null,
  late integer not null,
  saved integer not null,
  hours integer not null,
  back integer not null,
  primary key (port, measure, month, matter)
) without rowid;
create index effects_about on effects (port, measure, about) where about <> '';

-- Matters in which a measure was used in a month, and how many they are for each firm.
create table effect_uses (
  port text not null,
  measure text not null,
  month text not null,
  matter blob not null,
  primary key (port, measure, month, matter)
) without rowid;
create table effect_firms (
  port text not null,
  measure text not null,
  month text not null,
  firm text not null,
  uses integer not null,
  primary key (port, measure, month, firm)
) without rowid;

-- How long the entry of a call took, in the month in which it began.
create table effect_calls (
  port text not null,
  number text not null,
  month text not null,
  took integer not null,
  primary key (port, number)
) without rowid;
create index effect_calls_month on effect_calls (port, month, took);

-- What the reliefs of the newest version of a bill come to, in ten-thousandths; `granted` where an organ had granted the measure.
create table savings (
  port text not null,
  firm text not null,
  bill text not null,
  measure text not null,
  month text not null,
  currency text not null,
  amount integer not null,
  granted integer not null,
  primary key (port, firm, bill, measure, month, currency)
) without rowid;
