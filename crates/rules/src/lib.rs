//! Decision tables with dated rows and legal references, and assertions over messages. Knows nothing of ports.

mod temporal;
mod value;

pub use value::Value;
