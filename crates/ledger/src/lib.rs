//! Evidence that can be checked without asking the one who gave it.
//!
//! - [`tree`]: the Merkle tree of RFC 6962, its proofs, and (in [`tiles`]) its static files.
//! - [`checkpoint`]: signed tree heads, as C2SP tlog-checkpoint describes them.
//! - [`receipt`]: "these bytes were received at this instant", signed once per batch, readable offline.
//! - [`trust_list`]: whose key signs what, and when; signed itself, pinned by those who verify.
//! - [`permit`] and [`status_list`]: certificates in a QR code (COSE, CWT, Base45) and the list of those withdrawn.
//! - [`person_permit`]: the same for a person or a craft; [`gate_list`]: what a gate knows of them without a connection.
//! - [`grant`]: the same for what was granted under a measure.
//! - [`keys`]: the keys themselves. [`qr`]: the symbol on paper.
//!
//! Everything here is a pure function of bytes. Keys, salts and instants come in as arguments; an instant is a count of
//! microseconds since 1970 in UTC. Whatever cannot be proved is a [`Refusal`] with a stable code and words in two
//! languages.
//!
//! Invariant: a file that verifies has exactly one form. Each reader writes anew what it has read and compares the
//! bytes, so that spaces, other orders of members, other encodings of a number, repeated members and trailing bytes
//! are refused without a list of such cases.
//!
//! Absent on purpose: ports and their law, SQL, HTTP, clocks, randomness, files.

pub mod checkpoint;
mod cose;
pub mod gate_list;
pub mod grant;
pub mod keys;
pub mod permit;
pub mod person_permit;
pub mod qr;
pub mod receipt;
mod refusal;
pub mod status_list;
mod text;
pub mod tiles;
pub mod tree;
pub mod trust_list;

pub use keys::{Algorithm, Kid, PublicKey, SigningKey};
pub use refusal::Refusal;
pub use tree::Hash;
pub use trust_list::TrustList;
