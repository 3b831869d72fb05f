//! What SQLite's planner is told of the indexes: the same in every store on every day. Left to itself it takes ten rows for all
//! that a port has, since every index begins with the port, and sooner looks through a table than sorts a few rows; told by a
//! sample, it plans for what lay there when the program last started.

use std::collections::BTreeSet;

use rusqlite::Connection;

use crate::StoreError;
use crate::error::of_sqlite as error;

/// Every table is planned for so many rows.
const ROWS: i64 = 1_000_000;
/// An index of some of the rows has one of so many.
const PART: i64 = 10;

/// How many values a column has among all rows, about.
fn values(column: &str) -> i64 {
    match column {
        "port" => 1,
        "kind" | "state" | "open" | "party" | "purpose" | "level" | "register" => 10,
        "firm" | "organ" | "holder" | "owner" | "place" | "subject" | "target" => 300,
        // A matter has some ten rows of whatever belongs to it.
        _ => ROWS / 10,
    }
}

/// Tells the planner, where it was told anything else before.
///
/// # Errors
/// When the store cannot be written.
pub fn tell(conn: &Connection) -> Result<(), StoreError> {
    let wanted = wanted(conn)?;
    if told(conn)? != wanted {
        let all = conn.unchecked_transaction().map_err(error)?;
        // The tables of statistics come to be by an analysis alone; what it found is replaced.
        conn.execute_batch("analyze migrations; delete from sqlite_stat1; delete from sqlite_stat4;").map_err(error)?;
        let mut insert =
            conn.prepare("insert into sqlite_stat1 (tbl, idx, stat) values (?1, ?2, ?3)").map_err(error)?;
        for line in &wanted {
            insert.execute((&line.0, &line.1, &line.2)).map_err(error)?;
        }
        drop(insert);
        all.commit().map_err(error)?;
    }
    conn.execute_batch("analyze sqlite_schema").map_err(error)
}

type Lines = BTreeSet<(String, String, String)>;

fn told(conn: &Connection) -> Result<Lines, StoreError> {
    for table in ["sqlite_stat1", "sqlite_stat4"] {
        if !conn.table_exists(Some("main"), table).map_err(error)? {
            return Ok(Lines::new());
        }
    }
    let mut told = lines(conn, "select tbl, coalesce(idx, ''), stat from sqlite_stat1")?;
    told.extend(lines(conn, "select tbl, idx, 'a sample' from sqlite_stat4")?);
    Ok(told)
}

/// Each index with the rows that it has, and how many share the values of its first column, of its first two, and so on.
fn wanted(conn: &Connection) -> Result<Lines, StoreError> {
    // The primary key of a table without row numbers goes by the table's name.
    let of = "select t.name, case when t.wr = 1 and i.origin = 'pk' then t.name else i.name end, \
              i.\"unique\" || ' ' || i.partial || ' ' || (select group_concat(c.name, ' ') from pragma_index_info(i.name) c) \
              from pragma_table_list t, pragma_index_list(t.name) i where t.type = 'table' and t.name not like 'sqlite_%'";
    let stat = |text: &str| {
        let mut words = text.split(' ');
        let (unique, partial) = (words.next() == Some("1"), words.next() == Some("1"));
        let columns: Vec<&str> = words.collect();
        let rows = if partial { ROWS / PART } else { ROWS };
        let (mut stat, mut left) = (rows.to_string(), rows);
        for (nth, column) in columns.iter().enumerate() {
            let whole = unique && nth + 1 == columns.len();
            left = if whole { 1 } else { (left / values(column)).max(1) };
            stat += &format!(" {left}");
        }
        stat
    };
    Ok(lines(conn, of)?.into_iter().map(|(table, index, text)| (table, index, stat(&text))).collect())
}

fn lines(conn: &Connection, sql: &str) -> Result<Lines, StoreError> {
    let mut statement = conn.prepare(sql).map_err(error)?;
    let found = statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).map_err(error)?;
    found.collect::<Result<_, _>>().map_err(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(conn: &Connection, sql: &str) -> String {
        let mut statement = conn.prepare(&format!("explain query plan {sql}")).expect("a statement");
        let steps = statement
            .query_map(rusqlite::params_from_iter(std::iter::repeat_n("", statement.parameter_count())), |row| {
                row.get::<_, String>(3)
            })
            .expect("a plan");
        steps.collect::<Result<Vec<_>, _>>().expect("steps").join("; ")
    }

    #[test]
    fn few_rows_are_sorted_sooner_than_all_are_looked_through() {
        let conn = Connection::open_in_memory().expect("a store");
        conn.execute_batch(crate::migrate::CREATE).expect("made");
        for (_, text) in crate::migrate::SQLITE {
            conn.execute_batch(text).expect("migrated");
        }
        let documents = "select id from documents where port = ?1 and matter = ?2 and named = 0 order by id";
        assert!(
            plan(&conn, documents).contains("autoindex"),
            "told nothing, it looks through all: {}",
            plan(&conn, documents)
        );
        for _ in 0..2 {
            tell(&conn).expect("told");
            assert!(plan(&conn, documents).contains("documents_matter"), "{}", plan(&conn, documents));
            let drafts = "select target from drafts where port = ?1 and owner = ?2 order by saved_at desc";
            assert!(plan(&conn, drafts).contains("owner=?"), "{}", plan(&conn, drafts));
        }
        assert_eq!(told(&conn).expect("read"), wanted(&conn).expect("reckoned"));
    }
}
