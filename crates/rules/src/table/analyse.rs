use crate::{Finding, Table};
impl Table {
    /// Gaps, overlaps and unreachable rows.
    pub fn findings(&self) -> Vec<Finding> {
        Vec::new()
    }
}
