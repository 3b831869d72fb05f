//! ISO 9735, the syntax of UN/EDIFACT: bytes to segments, envelopes and faults, and back.
//!
//! Reading never fails: [`read`] gives what is there and a list of [`SyntaxFault`]s, each with the code that CONTRL uses
//! for it (UNCL 0085) where there is one. Segments borrow from the bytes; release characters are undone and characters
//! decoded only when a text is asked for. [`Segments`] alone is the stream, for whoever needs no envelope.
//!
//! ```
//! let (interchange, faults) = edifact::read(b"UNB+UNOA:3+A+B+260101:1200+7'UNH+1+PAXLST:D:05B:UN'BGM+745'UNT+3+1'UNZ+1+7'");
//! assert!(faults.is_empty());
//! let message = interchange.messages().next().unwrap();
//! assert_eq!(message.kind(), "PAXLST");
//! assert_eq!(message.segments[1].text(1, 1), "745");
//! ```

mod charset;
mod envelope;
mod fault;
mod segment;
mod service;
mod write;

pub use charset::Charset;
pub use envelope::{Group, Interchange, Message, read};
pub use fault::{FaultKind, Place, Severity, SyntaxFault};
pub use segment::{Element, MAX_SEGMENT, Segment, Segments};
pub use service::Service;
pub use write::{Writer, push_segment, write};
