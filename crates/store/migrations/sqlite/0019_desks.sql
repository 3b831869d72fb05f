-- Lists of one kind, the newest first, walk over no other kind. The condition keeps the index from being taken where another
-- one narrows more: a statement that wants it says the same.
create index matters_newest on matters (port, kind, id) where length(kind) > 0;
-- Who holds calls and until when; calls at a berth by their state. Both are found without walking over all that were ever here.
create index calls_held on matters (port, holder, due_at, id) where kind = 'ship_call';
create index calls_berth on matters (port, place, state, id) where kind = 'ship_call' and place <> '';
-- A firm's calls by their state, the kind between so that this narrows more than the states of the whole port.
create index calls_firm on matters (port, firm, kind, state, id) where kind = 'ship_call';
