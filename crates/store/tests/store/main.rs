//! The suite of the store: the same tests for both engines, PostgreSQL when `PRATIQUE_TEST_PG` names a server.

mod commits;
mod harness;
