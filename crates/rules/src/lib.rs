//! Decision tables with dated rows and legal references, and assertions over messages. Knows nothing of ports.

mod value;

pub use value::Value;
