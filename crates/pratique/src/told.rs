//! What a command tells, which may have been done by the server: data for standard output, talk for standard error.

use serde::{Deserialize, Serialize};

use crate::setup;

/// What a command prints, in its order.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Told {
    lines: Vec<Line>,
}

#[derive(Debug, Serialize, Deserialize)]
enum Line {
    /// Data, for standard output.
    Say(String),
    /// Talk, for standard error.
    Talk(String),
}

impl Told {
    /// A line for standard output.
    pub fn say(&mut self, line: impl Into<String>) {
        self.lines.push(Line::Say(line.into()));
    }

    /// A line for standard error.
    pub fn talk(&mut self, line: impl Into<String>) {
        self.lines.push(Line::Talk(line.into()));
    }

    /// Prints it.
    pub fn print(&self) {
        for line in &self.lines {
            match line {
                Line::Say(line) => setup::say(line),
                Line::Talk(line) => setup::talk(line),
            }
        }
    }
}
