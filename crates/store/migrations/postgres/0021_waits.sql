-- Who waits for a place or an answer in the hall is looked for each minute.
create index appointments_waits on appointments (port, state, day) where state in ('waiting', 'asked');
-- What was handed out to a firm is shown at its visit.
create index visit_papers_handed on visit_papers (port, firm, at) where service = 'pick-up';
