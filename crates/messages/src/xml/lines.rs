//! Where something stands, for people: line and column.

/// The beginnings of a document's lines.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines(Vec<usize>);

impl Lines {
    pub fn of(text: &str) -> Lines {
        Lines(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1).collect())
    }

    /// The line of a byte, from 1.
    pub fn line(&self, at: usize) -> usize {
        self.0.partition_point(|begin| *begin <= at) + 1
    }

    /// `line 12, column 4`.
    pub fn place(&self, at: usize) -> String {
        let line = self.line(at);
        let begin = if line == 1 { 0 } else { self.0[line - 2] };
        format!("line {line}, column {}", at - begin + 1)
    }
}
