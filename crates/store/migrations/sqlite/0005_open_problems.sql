-- Problems that have not ended, by class: what stands still is looked for among them alone.
create index problems_open on matters (port, place, id) where kind = 'problem' and ends_at is null;
