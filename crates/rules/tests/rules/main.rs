//! Situations that a jurist can read, brute force, random text, and the DMN Technology Compatibility Kit.

mod analysis;
mod assertions;
mod compatibility;
mod expressions;
mod large;
mod models;
mod tables;
