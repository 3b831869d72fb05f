//! The four kinds of value that both engines share, and a row of them.

use uuid::Uuid;

use crate::StoreError;

/// A value bound to a statement or read from a row. A missing value keeps its kind, because PostgreSQL wants to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Param {
    /// A number; instants are microseconds since 1970 UTC.
    Int(Option<i64>),
    /// A text without NUL.
    Text(Option<String>),
    /// Bytes; identifiers are 16 of them.
    Bytes(Option<Vec<u8>>),
}

impl Param {
    /// How many bytes of value it holds: eight for a number.
    pub(crate) fn size(&self) -> usize {
        match self {
            Param::Int(value) => value.map_or(0, |_| 8),
            Param::Text(value) => value.as_ref().map_or(0, String::len),
            Param::Bytes(value) => value.as_ref().map_or(0, Vec::len),
        }
    }
}

/// One row of an answer, read by position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row(pub Vec<Param>);

impl Row {
    /// The number at a position.
    pub fn int(&self, at: usize) -> Result<i64, StoreError> {
        self.opt_int(at)?.ok_or_else(|| unexpected(at))
    }

    /// The number at a position, or nothing.
    pub fn opt_int(&self, at: usize) -> Result<Option<i64>, StoreError> {
        match self.0.get(at) {
            Some(Param::Int(value)) => Ok(*value),
            other => absent(other, at),
        }
    }

    /// The text at a position, taken out of the row.
    pub fn text(&mut self, at: usize) -> Result<String, StoreError> {
        self.opt_text(at)?.ok_or_else(|| unexpected(at))
    }

    /// The text at a position or nothing, taken out of the row.
    pub fn opt_text(&mut self, at: usize) -> Result<Option<String>, StoreError> {
        match self.0.get_mut(at) {
            Some(Param::Text(value)) => Ok(value.take()),
            other => absent(other.as_deref(), at),
        }
    }

    /// The bytes at a position, taken out of the row.
    pub fn bytes(&mut self, at: usize) -> Result<Vec<u8>, StoreError> {
        self.opt_bytes(at)?.ok_or_else(|| unexpected(at))
    }

    /// The bytes at a position or nothing, taken out of the row.
    pub fn opt_bytes(&mut self, at: usize) -> Result<Option<Vec<u8>>, StoreError> {
        match self.0.get_mut(at) {
            Some(Param::Bytes(value)) => Ok(value.take()),
            other => absent(other.as_deref(), at),
        }
    }

    /// The identifier at a position.
    pub fn uuid(&mut self, at: usize) -> Result<Uuid, StoreError> {
        Uuid::from_slice(&self.bytes(at)?).map_err(|_| unexpected(at))
    }

    /// The 32 bytes at a position.
    pub fn hash(&mut self, at: usize) -> Result<[u8; 32], StoreError> {
        self.bytes(at)?.try_into().map_err(|_| unexpected(at))
    }
}

fn absent<T>(found: Option<&Param>, at: usize) -> Result<Option<T>, StoreError> {
    match found {
        Some(Param::Int(None) | Param::Text(None) | Param::Bytes(None)) => Ok(None),
        _ => Err(unexpected(at)),
    }
}

fn unexpected(at: usize) -> StoreError {
    StoreError::Broken(format!("column {at} is not of the kind that was expected"))
}

impl From<i64> for Param {
    fn from(value: i64) -> Self {
        Param::Int(Some(value))
    }
}

impl From<bool> for Param {
    fn from(value: bool) -> Self {
        Param::Int(Some(value.into()))
    }
}

impl From<Option<i64>> for Param {
    fn from(value: Option<i64>) -> Self {
        Param::Int(value)
    }
}

impl From<&str> for Param {
    fn from(value: &str) -> Self {
        Param::Text(Some(value.to_owned()))
    }
}

impl From<String> for Param {
    fn from(value: String) -> Self {
        Param::Text(Some(value))
    }
}

impl From<Option<String>> for Param {
    fn from(value: Option<String>) -> Self {
        Param::Text(value)
    }
}

impl From<Vec<u8>> for Param {
    fn from(value: Vec<u8>) -> Self {
        Param::Bytes(Some(value))
    }
}

impl From<Option<Vec<u8>>> for Param {
    fn from(value: Option<Vec<u8>>) -> Self {
        Param::Bytes(value)
    }
}

impl From<[u8; 32]> for Param {
    fn from(value: [u8; 32]) -> Self {
        Param::Bytes(Some(value.to_vec()))
    }
}

impl From<Uuid> for Param {
    fn from(value: Uuid) -> Self {
        Param::Bytes(Some(value.as_bytes().to_vec()))
    }
}

/// Values of several kinds as parameters, in order.
macro_rules! params {
    ($($value:expr),* $(,)?) => { Vec::from([$($crate::param::Param::from($value)),*]) };
}
pub(crate) use params;
