-- What failed lately is counted each time the operator's figures are read.
create index deliveries_failed on deliveries (port, done_at) where state = 'failed';
