-- The hall. How many appointments a desk has taken at an instant: the guard by which no slot is given twice.
create table hall_slots (
  port text not null,
  desk text not null,
  at integer not null,
  taken integer not null,
  primary key (port, desk, at)
) without rowid;

-- Appointments, and those who wait for a place. Who it is stands in hall_words, sealed.
create table appointments (
  port text not null,
  id blob not null,
  service text not null,
  line text not null,
  day text not null,
  desk text not null,
  at integer not null,
  state text not null,
  firm text not null,
  contact blob not null,
  secret blob not null,
  goods text not null,
  made_at integer not null,
  changed_at integer not null,
  sequence integer not null,
  reminded_at integer,
  primary key (port, id)
);
create unique index appointments_secret on appointments (port, secret);
create index appointments_day on appointments (port, day, at);
create index appointments_contact on appointments (port, contact) where state in ('booked', 'waiting', 'asked');
create index appointments_open on appointments (port, at) where state = 'booked';
create index appointments_firm on appointments (port, firm, at) where firm <> '';

-- Numbers of a day's queue: a place in a line, no decision and no right. The rows are kept for the statistics.
create table tickets (
  port text not null,
  id blob not null,
  day text not null,
  line text not null,
  number integer not null,
  service text not null,
  state text not null,
  desk text not null,
  clerk text not null,
  secret blob not null,
  rank integer not null,
  issued_at integer not null,
  called_at integer,
  began_at integer,
  ended_at integer,
  calls integer not null,
  appointment blob,
  primary key (port, id)
);
create unique index tickets_number on tickets (port, day, line, number);
create unique index tickets_secret on tickets (port, secret);
create index tickets_open on tickets (port, day, line, rank, issued_at) where state = 'waiting';
create index tickets_called on tickets (port, day, called_at) where called_at is not null;

-- What the hall keeps of persons, sealed, by the row that it belongs to.
create table hall_words (
  port text not null,
  id blob not null,
  sealed blob not null,
  primary key (port, id)
);
