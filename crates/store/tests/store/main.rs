//! The suite of the store: the same tests for both engines, PostgreSQL when `PRATIQUE_TEST_PG` names a server.

mod commits;
mod crashes;
mod documents;
mod faults;
mod harness;
mod log;
mod notices;
mod outside;
mod reach;
mod rebuild;
mod shared;
mod versions;
