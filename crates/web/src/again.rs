//! A form that was begun and is drawn again: what a request of a page carries of it.

use office::Begun;

/// A form that is drawn again.
pub struct Again(pub Begun);

/// Where a form that was begun is gone on with.
pub fn address(to: &str) -> String {
    format!("/begun?form={to}")
}
