//! What is wrong with the syntax, and where.

use std::fmt;

/// How grave a syntax fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Read nevertheless, with certainty.
    Warning,
    /// CONTRL would reject the interchange, group or message.
    Error,
}

/// Where in an interchange. Displayed as `UNH[1]/segment 12 LOC/element 2/component 1@640`, outside messages as
/// `UNZ/element 1@900`; positions count from 1, bytes from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Which message of the interchange; 0 outside messages.
    pub message: usize,
    /// Which segment of the message, the header being 1; 0 outside messages.
    pub segment: usize,
    /// The tag.
    pub tag: String,
    /// Which element behind the tag; 0 for the segment as a whole.
    pub element: usize,
    /// Which component; 0 for the element as a whole.
    pub component: usize,
    /// Offset in bytes.
    pub byte: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.message > 0 {
            write!(out, "UNH[{}]/segment {} ", self.message, self.segment)?;
        }
        out.write_str(&self.tag)?;
        if self.element > 0 {
            write!(out, "/element {}", self.element)?;
        }
        if self.component > 0 {
            write!(out, "/component {}", self.component)?;
        }
        write!(out, "@{}", self.byte)
    }
}

/// Something wrong with the syntax of an interchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxFault {
    /// What is wrong.
    pub kind: FaultKind,
    /// How grave it is.
    pub severity: Severity,
    /// Where.
    pub place: Place,
}

impl SyntaxFault {
    /// The syntax error code of CONTRL (UNCL 0085), where one exists.
    pub fn code(&self) -> Option<u16> {
        Some(match self.kind {
            FaultKind::Empty | FaultKind::Missing(_) => 13,
            FaultKind::UnknownSyntax(_) | FaultKind::AirlineSyntax(_) => 2,
            FaultKind::InvalidValue(_) => 12,
            FaultKind::ServiceCharacters | FaultKind::Separators => 22,
            FaultKind::Characters { .. } => 21,
            FaultKind::References { .. } => 28,
            FaultKind::Count { .. } => 29,
            FaultKind::Mixed => 30,
            FaultKind::NothingInside => 32,
            FaultKind::Outside => 33,
            FaultKind::TooLong => 39,
            FaultKind::CodeExtension => 46,
            FaultKind::PackageEnvelope => 47,
            FaultKind::Heading
            | FaultKind::MissingTerminator
            | FaultKind::Tag
            | FaultKind::SecondInterchange
            | FaultKind::EmptySegment
            | FaultKind::TooMany => {
                return None;
            }
        })
    }
}

/// The kinds of syntax faults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// There are no bytes, or only blanks.
    Empty,
    /// A mandatory segment or element is missing; its name.
    Missing(String),
    /// The syntax identifier is not one of UNOA to UNOK and UNOW to UNOY.
    UnknownSyntax(String),
    /// The syntax identifier is IATA or IATB, which airlines use; read as plain ASCII.
    AirlineSyntax(String),
    /// A value that its representation does not allow.
    InvalidValue(String),
    /// The service characters contradict each other.
    ServiceCharacters,
    /// The separators are others than UNA names, or than hold without it; those that UNB shows were read.
    Separators,
    /// A terminator that ends nothing, told once.
    EmptySegment,
    /// Bytes outside the declared character set: how many segments of this message (or envelope) have them. The place is
    /// the first.
    Characters {
        /// Segments touched.
        segments: usize,
    },
    /// The reference of a trailer is not that of its header.
    References {
        /// In the header.
        header: String,
        /// In the trailer.
        trailer: String,
    },
    /// The count in a trailer is not what was received.
    Count {
        /// As the trailer says.
        stated: String,
        /// As counted.
        found: usize,
    },
    /// Functional groups and messages outside groups in one interchange.
    Mixed,
    /// An interchange, group or message without content.
    NothingInside,
    /// A segment outside any message.
    Outside,
    /// A segment longer than the limit; cut there.
    TooLong,
    /// Code extension by ISO 2022 (UNOX), which is not decoded.
    CodeExtension,
    /// A package (UNO, UNP), which is not read.
    PackageEnvelope,
    /// The last segment has no terminator.
    MissingTerminator,
    /// The tag is not made of three capitals or digits; blanks around it are tolerated with a warning.
    Tag,
    /// Bytes stand before UNA or UNB, such as a teletype heading.
    Heading,
    /// A second interchange begins behind the first; it is not read.
    SecondInterchange,
    /// More faults than are listed.
    TooMany,
}

impl fmt::Display for FaultKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FaultKind::Empty => out.write_str("nothing was sent"),
            FaultKind::Missing(what) => write!(out, "{what} is missing"),
            FaultKind::UnknownSyntax(id) => write!(out, "syntax identifier \"{id}\" is unknown"),
            FaultKind::AirlineSyntax(id) => write!(out, "syntax identifier {id} is an airline's, not one of ISO 9735"),
            FaultKind::InvalidValue(value) => write!(out, "\"{value}\" is not a valid value"),
            FaultKind::ServiceCharacters => out.write_str("the service characters in UNA contradict each other"),
            FaultKind::Separators => out
                .write_str("the separators are not those that hold or that UNA names; those that UNB shows were read"),
            FaultKind::EmptySegment => out.write_str("a terminator ends no segment, here and maybe elsewhere"),
            FaultKind::Characters { segments } => {
                write!(out, "characters outside the declared set in {segments} segment(s), the first here")
            }
            FaultKind::References { header, trailer } => {
                write!(out, "reference \"{trailer}\" in the trailer, \"{header}\" in the header")
            }
            FaultKind::Count { stated, found } => write!(out, "count \"{stated}\" stated, {found} found"),
            FaultKind::Mixed => out.write_str("functional groups and messages outside them are mixed"),
            FaultKind::NothingInside => out.write_str("nothing between header and trailer"),
            FaultKind::Outside => out.write_str("a segment outside any message"),
            FaultKind::TooLong => write!(out, "the segment is longer than {} bytes", crate::MAX_SEGMENT),
            FaultKind::CodeExtension => out.write_str("code extension by ISO 2022 is not supported"),
            FaultKind::PackageEnvelope => out.write_str("packages (UNO, UNP) are not supported"),
            FaultKind::MissingTerminator => out.write_str("the last segment has no terminator"),
            FaultKind::Tag => out.write_str("the segment tag is not three capitals or digits"),
            FaultKind::Heading => out.write_str("a heading before the interchange was skipped"),
            FaultKind::SecondInterchange => out.write_str("a second interchange follows; only the first is read"),
            FaultKind::TooMany => out.write_str("more faults follow that are not listed"),
        }
    }
}
