//! Who has a matter open: rows of the claims under a step that no task has, each with its own end.

use uuid::Uuid;

use crate::param::params;
use crate::stmt::Stmt;
use crate::{Store, StoreError};

/// Somebody who has a matter open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    /// The unit.
    pub organ: String,
    /// The person.
    pub person: String,
    /// True while she is writing.
    pub writing: bool,
    /// Until when it counts, in microseconds.
    pub until: i64,
}

/// Before the step of a presence.
const STEP: &str = "open:";
const WRITING: &str = "writing";
const READING: &str = "reading";

impl Store {
    /// Notes that a person has a matter open, and forgets who had it open before and has not told so since.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn put_presence(
        &self,
        matter: Uuid,
        (organ, person): (&str, &str),
        writing: bool,
        until: i64,
    ) -> Result<(), StoreError> {
        let put = "insert into claims (port, matter, organ, step, who, until) values ($1, $2, $3, $4, $5, $6) \
                   on conflict (port, matter, organ, step) do update set who = excluded.who, until = excluded.until";
        let step = format!("{STEP}{person}");
        let who = if writing { WRITING } else { READING };
        let gone =
            "delete from claims where port = $1 and matter = $2 and step >= 'open:' and step < 'open;' and until < $3";
        let statements = vec![
            Stmt::new(put, params![self.port(), matter, organ, step, who, until]),
            Stmt::new(gone, params![self.port(), matter, self.chance().now()]),
        ];
        self.write("presence", statements).await.map(drop)
    }

    /// Who has a matter open.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn presence(&self, matter: Uuid) -> Result<Vec<Presence>, StoreError> {
        let sql = "select organ, step, who, until from claims where port = $1 and matter = $2 and step >= 'open:' \
                   and step < 'open;' and until >= $3 order by organ, step";
        let rows = self.query(sql, &params![self.port(), matter, self.chance().now()]).await?;
        rows.into_iter()
            .map(|mut row| {
                Ok(Presence {
                    organ: row.text(0)?,
                    person: row.text(1)?.trim_start_matches(STEP).to_owned(),
                    writing: row.text(2)? == WRITING,
                    until: row.int(3)?,
                })
            })
            .collect()
    }
}
