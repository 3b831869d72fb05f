//! A written notice as a document: numbered, dated, with its receipt, its rule and until when it is to be answered.

use domain::{
    Text,
    problem::{Entry, Notice, Problem},
};
use store::Reach;
use uuid::Uuid;

use crate::{Actor, Case, Error, Office, Right, kept::record};

/// A written notice.
#[derive(Clone, Debug)]
pub struct NoticePaper {
    /// The case, as the reader may see it.
    pub case: Case,
    /// The notice.
    pub notice: Notice,
    /// Its own number, `2026-DAL-P000017-D1`.
    pub number: String,
    /// The port office's words; none for one that the ladder served by its row.
    pub words: Option<Text>,
    /// The department's answer.
    pub answer: Option<Text>,
    /// What the row of the table says it is.
    pub title: Text,
    /// The receipt that covers it.
    pub receipt: Uuid,
}

impl Office {
    /// A written notice of a case, for the unit on which it was served and for the port office.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or it does not concern the reader.
    pub async fn notice_paper(&self, actor: &Actor, number: &str, id: u32) -> Result<NoticePaper, Error> {
        actor.require(Right::HandleProblems)?;
        let case = self.problem(actor, number).await?;
        let notice = case.problem.notices.iter().find(|of| of.id == id).cloned().ok_or(Error::NotFound)?;
        if !actor.runs_problems() && notice.organ != actor.unit() {
            return Err(Error::NotFound);
        }
        let rows = self.store.reach(Reach::System("receipt of a notice")).entries(case.id, 0, i64::MAX).await?;
        let mut receipt = None;
        for row in rows.iter().filter(|row| row.kind == "notice.served") {
            if matches!(record::<Problem>(row)?.entry, Entry::Served(served) if served.id == id) {
                receipt = Some(row.receipt);
            }
        }
        let words = match &notice.words {
            Some(document) => Some(self.problem_words(&case, document).await?),
            None => None,
        };
        let answer = match &notice.answer {
            Some((document, _)) => Some(self.problem_words(&case, document).await?),
            None => None,
        };
        let inputs = domain::Value::from([("notice", notice.kind.as_str().into())]);
        let title = self.profile.hit("problem-notices", notice.at, &inputs).map(|hit| hit.reason()).unwrap_or_default();
        Ok(NoticePaper {
            number: format!("{}-D{id}", case.problem.number),
            receipt: receipt.ok_or(Error::NotFound)?,
            case,
            notice,
            words,
            answer,
            title,
        })
    }
}
