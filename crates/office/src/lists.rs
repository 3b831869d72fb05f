//! Pages of lists and of queues. Where a page goes on is a text that a caller gives back as it is.

use store::{Cursor, Filter, Reach, Stored, queue::QueueCursor, queue::QueuedTask};
use uuid::Uuid;

use crate::{Error, Office};

/// A page of a list.
#[derive(Clone, Debug)]
pub struct PageOf<T> {
    /// Lines.
    pub lines: Vec<T>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

impl<T> PageOf<T> {
    /// The first `most` of the lines found; `cursor` says where it goes on when there are more.
    fn of(mut lines: Vec<T>, most: i64, cursor: impl Fn(&T) -> String) -> PageOf<T> {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let more = lines.len() > most;
        lines.truncate(most);
        let next = lines.last().filter(|_| more).map(cursor);
        PageOf { lines, next }
    }
}

impl Office {
    /// A page of at most `most` matters of a kind, in the order that the filter says.
    pub(crate) async fn page_of(
        &self,
        reach: Reach,
        kind: &str,
        wanted: &Filter,
        after: Option<&str>,
        most: i64,
    ) -> Result<PageOf<Stored>, Error> {
        // One more than is shown tells whether there are more.
        let found = self.store.reach(reach).list(kind, wanted, after.and_then(cursor), most + 1).await?;
        Ok(PageOf::of(found, most, |last| {
            let Cursor { key, id } = last.cursor(wanted.order);
            format!("{key}~{id}")
        }))
    }

    /// A page of at most `most` tasks of a unit, what falls due first at the head.
    pub(crate) async fn page_of_tasks(
        &self,
        reach: Reach,
        unit: &str,
        wanted: &Filter,
        after: Option<&str>,
        most: i64,
    ) -> Result<PageOf<QueuedTask>, Error> {
        let after = after.and_then(queue_cursor);
        let found = self.store.reach(reach).tasks(unit, wanted, after.as_ref(), most + 1).await?;
        Ok(PageOf::of(found, most, |last| {
            let QueueCursor { due_at, matter, step } = last.cursor();
            format!("{}~{matter}~{step}", due_at.map_or(String::new(), |at| at.to_string()))
        }))
    }
}

fn cursor(text: &str) -> Option<Cursor> {
    let (key, id) = text.split_once('~')?;
    Some(Cursor { key: key.parse().ok()?, id: Uuid::parse_str(id).ok()? })
}

fn queue_cursor(text: &str) -> Option<QueueCursor> {
    let mut parts = text.splitn(3, '~');
    let due_at = parts.next()?.parse().ok();
    let matter = Uuid::parse_str(parts.next()?).ok()?;
    Some(QueueCursor { due_at, matter, step: parts.next()?.to_owned() })
}
