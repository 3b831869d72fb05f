//! The register of measures and applications under it.

mod applications;
mod port;
mod situations;
