//! Declarations of goods: the WCO data model as types, and what becomes of a declaration.

pub mod model;
