//! The program as its users meet it: the real binary, a sample port in a folder of its own, and HTTP.

mod administration;
mod applications;
mod charges;
mod commands;
mod crashes;
mod erasure;
mod evidence;
mod figures;
mod harness;
mod hostile;
mod hotlines;
mod imports;
mod intake;
mod journal;
mod keys;
mod mail;
mod metrics;
mod need_to_know;
mod open311;
mod problems;
mod resumption;
mod rights;
mod routes;
mod sealing;
mod webhooks;
mod words;
