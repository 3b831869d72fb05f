-- A firm's calls by their state, what starts first at the head: so many are read as are shown, however many are under way.
drop index calls_firm;
create index calls_firm on matters (port, firm, kind, state, starts_at, id) where kind = 'ship_call';
