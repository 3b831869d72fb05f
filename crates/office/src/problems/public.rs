//! What anybody may know of problems: topic, state, who owns them, and when. Never a word, a firm or a key, and nothing at
//! all of problems whose reporter is hidden.

use domain::{Instant, problem::Status};
use store::{Filter, Order, Reach, Stored};
use uuid::Uuid;

use super::kept::{PROBLEM, PUBLIC};
use crate::{Error, Office};

/// A problem as the public may know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicProblem {
    /// Number of the case.
    pub number: String,
    /// Its topic.
    pub topic: String,
    /// Its state.
    pub status: Status,
    /// Who owns it; empty once it has ended.
    pub owner: String,
    /// When it was reported.
    pub opened: Instant,
    /// When it last changed.
    pub updated: Instant,
    /// By when it is to be solved.
    pub due: Option<Instant>,
}

impl Office {
    /// Public problems opened between two instants, the second excluded, the newest first, at most `most`.
    ///
    /// # Errors
    /// The store's own.
    pub async fn public_problems(
        &self,
        opened: (Instant, Instant),
        topics: &[String],
        open: Option<bool>,
        most: i64,
    ) -> Result<Vec<PublicProblem>, Error> {
        let states = Status::ALL.into_iter().filter(|status| open.is_none_or(|open| status.is_open() == open));
        let base = Filter {
            tokens: vec![PUBLIC.to_owned()],
            starts_between: Some((opened.0.0, opened.1.0)),
            states: states.map(|status| status.code().to_owned()).collect(),
            order: Order::Newest,
            ..Filter::default()
        };
        let reach = self.store.reach(Reach::System("public problems"));
        let mut found = Vec::new();
        match topics {
            [] => found = reach.list(PROBLEM, &base, None, most).await?,
            topics => {
                for topic in topics {
                    let of = Filter { subject_key: Some(topic.clone()), ..base.clone() };
                    found.extend(reach.list(PROBLEM, &of, None, most).await?);
                }
                found.sort_by_key(|stored| std::cmp::Reverse(stored.id));
                found.dedup_by_key(|stored| stored.id);
            }
        }
        found.truncate(usize::try_from(most).unwrap_or(0));
        Ok(found.into_iter().filter_map(public).collect())
    }

    /// A public problem by its number; none for one that is not public, as for one that is not there.
    ///
    /// # Errors
    /// The store's own.
    pub async fn public_problem(&self, number: &str) -> Result<Option<PublicProblem>, Error> {
        // No number has such letters, and one of the engines takes none that is NUL.
        if !number.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(None);
        }
        let wanted = vec![PUBLIC.to_owned(), number.to_lowercase()];
        let filter = Filter { tokens: wanted, ..Filter::default() };
        let reach = self.store.reach(Reach::System("public problems"));
        let found = reach.list(PROBLEM, &filter, None, 8).await?;
        Ok(found.into_iter().filter_map(public).find(|of| of.number.eq_ignore_ascii_case(number)))
    }

    /// The number of the problem that a receipt's identifier stands for, when it is public.
    ///
    /// # Errors
    /// The store's own.
    pub async fn public_problem_of_receipt(&self, receipt: &str) -> Result<Option<String>, Error> {
        let Ok(id) = Uuid::parse_str(receipt) else { return Ok(None) };
        let reach = self.store.reach(Reach::System("public problems"));
        let Some(matter) = reach.matter_of_receipt(id).await? else { return Ok(None) };
        let stored = reach.matter(matter).await?.filter(|stored| stored.kind == PROBLEM);
        let Some(stored) = stored else { return Ok(None) };
        Ok(self.public_problem(&stored.row.number).await?.map(|of| of.number))
    }
}

fn public(stored: Stored) -> Option<PublicProblem> {
    let row = stored.row;
    Some(PublicProblem {
        status: Status::from_code(&row.state)?,
        number: row.number,
        topic: row.subject_key,
        owner: row.holder,
        opened: Instant(row.opened_at),
        updated: Instant(row.updated_at),
        due: row.due_at.map(Instant),
    })
}
