-- The hall. How many appointments a desk has taken at an instant: the guard by which no slot is given twice.
create table hall_slots (
  port text collate "C" not null,
  desk text collate "C" not null,
  at bigint not null,
  taken bigint not null,
  primary key (port, desk, at)
);

-- Appointments, and those who wait for a place. Who it is stands in hall_words, sealed.
create table appointments (
  port text collate "C" not null,
  id bytea not null,
  service text collate "C" not null,
  line text collate "C" not null,
  day text collate "C" not null,
  desk text collate "C" not null,
  at bigint not null,
  state text collate "C" not null,
  firm text collate "C" not null,
  contact bytea not null,
  secret bytea not null,
  goods text collate "C" not null,
  made_at bigint not null,
  changed_at bigint not null,
  sequence bigint not null,
  reminded_at bigint,
  primary key (port, id)
);
create unique index appointments_secret on appointments (port, secret);
create index appointments_day on appointments (port, day, at);
create index appointments_contact on appointments (port, contact) where state in ('booked', 'waiting', 'asked');
create index appointments_open on appointments (port, at) where state = 'booked';
create index appointments_firm on appointments (port, firm, at) where firm <> '';

-- Numbers of a day's queue: a place in a line, no decision and no right. The rows are kept for the statistics.
create table tickets (
  port text collate "C" not null,
  id bytea not null,
  day text collate "C" not null,
  line text collate "C" not null,
  number bigint not null,
  service text collate "C" not null,
  state text collate "C" not null,
  desk text collate "C" not null,
  clerk text collate "C" not null,
  secret bytea not null,
  rank bigint not null,
  issued_at bigint not null,
  called_at bigint,
  began_at bigint,
  ended_at bigint,
  calls bigint not null,
  appointment bytea,
  primary key (port, id)
);
create unique index tickets_number on tickets (port, day, line, number);
create unique index tickets_secret on tickets (port, secret);
create index tickets_open on tickets (port, day, line, rank, issued_at) where state = 'waiting';
create index tickets_called on tickets (port, day, called_at) where called_at is not null;

-- What the hall keeps of persons, sealed, by the row that it belongs to.
create table hall_words (
  port text collate "C" not null,
  id bytea not null,
  sealed bytea not null,
  primary key (port, id)
);
