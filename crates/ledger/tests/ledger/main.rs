//! The evidence of the ledger, tried as its readers will try it.

mod grants;
mod permits;
mod persons;
mod receipts;
mod shared;
mod trees;
mod trust;
