//! The reader and writer of ISO 9735 against other people's interchanges, an independent reader, and chance.

mod corpus;
mod faults;
mod properties;
