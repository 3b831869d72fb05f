-- Lists of problems: by what falls due, by owner and by class. Partial, so that calls of ships pay nothing.
create index problems_due on matters (port, due_at, id)
  where kind = 'problem' and ends_at is null and due_at is not null;
create index problems_owner on matters (port, holder, id) where kind = 'problem';
create index problems_class on matters (port, place, id) where kind = 'problem';

-- Where the register of known problems is entered: a topic (`topic`), a code that a program showed (`code`), and whether it
-- stands (`state`: `stands` or `mended`).
create table known_problem_keys (
  port text not null,
  kind text not null,
  value text not null,
  code text not null,
  primary key (port, kind, value, code)
);
create index known_problem_keys_code on known_problem_keys (port, code);

insert into known_problem_keys (port, kind, value, code)
  select distinct r.port, 'topic', k.value, r.key from records r, jsonb_array_elements_text(r.json::jsonb -> 'topics') k (value)
  where r.register = 'known-problem' and r.version = (select max(n.version) from records n
    where n.port = r.port and n.register = r.register and n.key = r.key);
insert into known_problem_keys (port, kind, value, code)
  select distinct r.port, 'code', lower(k.value), r.key from records r, jsonb_array_elements_text(r.json::jsonb -> 'error_codes') k (value)
  where r.register = 'known-problem' and r.version = (select max(n.version) from records n
    where n.port = r.port and n.register = r.register and n.key = r.key);
insert into known_problem_keys (port, kind, value, code)
  select r.port, 'state', case when (r.json::jsonb -> 'mended_at') is null or r.json::jsonb -> 'mended_at' = 'null'::jsonb then 'stands' else 'mended' end, r.key from records r
  where r.register = 'known-problem' and r.version = (select max(n.version) from records n
    where n.port = r.port and n.register = r.register and n.key = r.key);
