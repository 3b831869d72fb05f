//! Visits at the counter of the hall, and the papers that were taken, shown, promised or handed out in them.

use uuid::Uuid;

use crate::param::{Row, params};
use crate::stmt::Stmt;
use crate::{Side, Store, StoreError};

/// A visit at the counter, or an offer of a firm to go on there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visit {
    /// Its identifier.
    pub id: Uuid,
    /// The clerk; empty while it is offered.
    pub clerk: String,
    /// The firm; empty for who comes for herself.
    pub firm: String,
    /// Codes of the services for which it is, with blanks between them.
    pub services: String,
    /// `open`, `asked` (a code is out), `acting`, `offered`, `ended`.
    pub state: String,
    /// By which way the firm consented: `code`, `signature`, `online`; empty before.
    pub way: String,
    /// Digest of the code that is out.
    pub code: Option<Vec<u8>>,
    /// Until when that code holds.
    pub code_until: Option<i64>,
    /// How often a wrong code was typed.
    pub tries: i64,
    /// The page on which to go on; empty for none.
    pub place: String,
    /// Digest of the secret by which its receipt sheet opens it.
    pub secret: [u8; 32],
    /// When it began, microseconds UTC.
    pub opened_at: i64,
    /// Until when the clerk may act for the firm.
    pub acting_until: Option<i64>,
    /// When it ended.
    pub ended_at: Option<i64>,
    /// The receipt of the consent.
    pub receipt: Option<Uuid>,
}

/// A paper of a visit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VisitPaper {
    /// The visit.
    pub visit: Uuid,
    /// The service for which it is.
    pub service: String,
    /// Its code in that service.
    pub paper: String,
    /// `scanned`, `shown`, `later`, `came`, `delivered`.
    pub state: String,
    /// The clerk who last dealt with it.
    pub clerk: String,
    /// The firm.
    pub firm: String,
    /// When, microseconds UTC.
    pub at: i64,
    /// By when the original is to come.
    pub due_at: Option<i64>,
    /// When its reminder went out.
    pub reminded_at: Option<i64>,
    /// Under which identifier the scan is sealed.
    pub document: Option<Uuid>,
    /// Its receipt.
    pub receipt: Uuid,
}

/// Something that was done at the counter, as the journals and changes have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CounterEntry {
    /// The matter's number.
    pub number: String,
    /// The entry's kind.
    pub kind: String,
    /// When.
    pub at: i64,
    /// Who, as the journal writes it.
    pub actor: String,
    /// The receipt.
    pub receipt: Uuid,
}

const VISIT: &str = "id, clerk, firm, services, state, way, code, code_until, tries, place, secret, opened_at, acting_until, ended_at, receipt";
const PAPER: &str = "visit, service, paper, state, clerk, firm, at, due_at, reminded_at, document, receipt";

impl Store {
    /// How many visits were opened between two instants (the second excluded), and of how many firms.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn visits_counted(&self, from: i64, until: i64) -> Result<(i64, i64), StoreError> {
        let sql = "select count(*), count(distinct case when firm <> '' then firm end) from visits \
                   where port = $1 and opened_at >= $2 and opened_at < $3";
        let rows = self.query(sql, &params![self.port(), from, until]).await?;
        rows.first().map_or(Ok((0, 0)), |row| Ok((row.int(0)?, row.int(1)?)))
    }

    /// Adds a visit.
    pub fn new_visit_side(&self, of: &Visit) -> Side {
        let sql = "insert into visits (port, id, clerk, firm, services, state, way, code, code_until, tries, place, secret, \
                   opened_at, acting_until, ended_at, receipt) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
        let values = params![
            self.port(),
            of.id,
            of.clerk.as_str(),
            of.firm.as_str(),
            of.services.as_str(),
            of.state.as_str(),
            of.way.as_str(),
            of.code.clone(),
            of.code_until,
            of.tries,
            of.place.as_str(),
            of.secret.to_vec(),
            of.opened_at,
            of.acting_until,
            of.ended_at,
            of.receipt.map(|id| id.as_bytes().to_vec())
        ];
        Side(Stmt::new(sql, values))
    }

    /// Moves a visit on from the state and number of tries in which it was read; undone when somebody else did so before.
    pub fn change_visit_side(&self, before: &Visit, after: &Visit) -> Side {
        let sql = "update visits set clerk = $5, services = $6, state = $7, way = $8, code = $9, code_until = $10, \
                   tries = $11, place = $12, acting_until = $13, ended_at = $14, firm = $15 \
                   where port = $1 and id = $2 and state = $3 and tries = $4 returning id";
        let values = params![
            self.port(),
            before.id,
            before.state.as_str(),
            before.tries,
            after.clerk.as_str(),
            after.services.as_str(),
            after.state.as_str(),
            after.way.as_str(),
            after.code.clone(),
            after.code_until,
            after.tries,
            after.place.as_str(),
            after.acting_until,
            after.ended_at,
            after.firm.as_str()
        ];
        Side(Stmt::must(sql, values, 1))
    }

    /// Moves a visit on without a record; false when somebody else did so before.
    ///
    /// # Errors
    /// When the store cannot be written or read, as for all functions here.
    pub async fn change_visit(&self, before: &Visit, after: &Visit) -> Result<bool, StoreError> {
        let side = self.change_visit_side(before, after).0;
        Ok(!self.write("visit", vec![Stmt { must: None, ..side }]).await?.concat().is_empty())
    }

    /// Adds a visit that needs no record.
    pub async fn new_visit(&self, of: &Visit, words: Side) -> Result<(), StoreError> {
        self.write("visit", vec![self.new_visit_side(of).0, words.0]).await.map(drop)
    }

    /// Notes the receipt of a consent.
    pub async fn mark_consent(&self, id: Uuid, receipt: Uuid) -> Result<(), StoreError> {
        let sql = "update visits set receipt = $3 where port = $1 and id = $2";
        self.write_one("visit", sql, params![self.port(), id, receipt.as_bytes().to_vec()]).await.map(drop)
    }

    /// A visit.
    pub async fn visit(&self, id: Uuid) -> Result<Option<Visit>, StoreError> {
        let sql = format!("select {VISIT} from visits where port = $1 and id = $2");
        self.query(&sql, &params![self.port(), id]).await?.pop().map(visit).transpose()
    }

    /// The visit of a receipt sheet's secret.
    pub async fn visit_by_secret(&self, secret: [u8; 32]) -> Result<Option<Visit>, StoreError> {
        let sql = format!("select {VISIT} from visits where port = $1 and secret = $2");
        self.query(&sql, &params![self.port(), secret.to_vec()]).await?.pop().map(visit).transpose()
    }

    /// The offer whose code is out.
    pub async fn visit_by_code(&self, code: &[u8]) -> Result<Option<Visit>, StoreError> {
        let sql = format!("select {VISIT} from visits where port = $1 and code = $2");
        self.query(&sql, &params![self.port(), code.to_vec()]).await?.pop().map(visit).transpose()
    }

    /// The visits that began between two instants, the second excluded, the latest first.
    pub async fn visits_between(&self, from: i64, until: i64) -> Result<Vec<Visit>, StoreError> {
        let sql = format!(
            "select {VISIT} from visits where port = $1 and opened_at >= $2 and opened_at < $3 order by opened_at desc, id"
        );
        self.query(&sql, &params![self.port(), from, until]).await?.into_iter().map(visit).collect()
    }

    /// The visits of a firm since an instant, the latest first.
    pub async fn visits_of_firm(&self, firm: &str, since: i64) -> Result<Vec<Visit>, StoreError> {
        let sql = format!(
            "select {VISIT} from visits where port = $1 and firm = $2 and firm <> '' and opened_at >= $3 \
             order by opened_at desc, id"
        );
        self.query(&sql, &params![self.port(), firm, since]).await?.into_iter().map(visit).collect()
    }

    /// Puts a paper of a visit; what stood of it before is replaced.
    pub fn visit_paper_side(&self, of: &VisitPaper) -> Side {
        let sql = "insert into visit_papers (port, visit, service, paper, state, clerk, firm, at, due_at, reminded_at, \
                   document, receipt) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, null, $10, $11) \
                   on conflict (port, visit, service, paper) do update set state = excluded.state, \
                   clerk = excluded.clerk, at = excluded.at, due_at = excluded.due_at, \
                   document = coalesce(excluded.document, visit_papers.document), receipt = excluded.receipt";
        let values = params![
            self.port(),
            of.visit,
            of.service.as_str(),
            of.paper.as_str(),
            of.state.as_str(),
            of.clerk.as_str(),
            of.firm.as_str(),
            of.at,
            of.due_at,
            of.document.map(|id| id.as_bytes().to_vec()),
            of.receipt
        ];
        Side(Stmt::new(sql, values))
    }

    /// The same after the change whose receipt the row names.
    pub async fn put_visit_paper(&self, of: &VisitPaper) -> Result<(), StoreError> {
        self.write("visit", vec![self.visit_paper_side(of).0]).await.map(drop)
    }

    /// Notes that the reminder of an original went out.
    pub async fn mark_original_reminded(&self, of: &VisitPaper, at: i64) -> Result<(), StoreError> {
        let sql =
            "update visit_papers set reminded_at = $5 where port = $1 and visit = $2 and service = $3 and paper = $4";
        let values = params![self.port(), of.visit, of.service.as_str(), of.paper.as_str(), at];
        self.write_one("reminder", sql, values).await.map(drop)
    }

    /// The papers of a visit.
    pub async fn papers_of_visit(&self, id: Uuid) -> Result<Vec<VisitPaper>, StoreError> {
        let sql = format!("select {PAPER} from visit_papers where port = $1 and visit = $2 order by service, paper");
        self.query(&sql, &params![self.port(), id]).await?.into_iter().map(paper).collect()
    }

    /// The originals that are to follow and were not brought, what is due first at the head.
    pub async fn originals_to_come(&self, limit: i64) -> Result<Vec<VisitPaper>, StoreError> {
        let sql = format!(
            "select {PAPER} from visit_papers where port = $1 and state = 'later' order by due_at, visit, service, paper limit $2"
        );
        self.query(&sql, &params![self.port(), limit]).await?.into_iter().map(paper).collect()
    }

    /// What was handed out to people of a firm, the first at the head.
    pub async fn handed_out(&self, firm: &str) -> Result<Vec<VisitPaper>, StoreError> {
        let sql = format!(
            "select {PAPER} from visit_papers where port = $1 and firm = $2 and firm <> '' and service = 'pick-up' \
             and state = 'delivered' order by at, visit"
        );
        self.query(&sql, &params![self.port(), firm]).await?.into_iter().map(paper).collect()
    }

    /// The papers dealt with between two instants.
    pub async fn papers_between(&self, from: i64, until: i64) -> Result<Vec<VisitPaper>, StoreError> {
        let sql =
            format!("select {PAPER} from visit_papers where port = $1 and at >= $2 and at < $3 order by at, visit");
        self.query(&sql, &params![self.port(), from, until]).await?.into_iter().map(paper).collect()
    }

    /// What was done at the counter between two instants, as the journals have it.
    pub async fn counter_entries(&self, from: i64, until: i64, limit: i64) -> Result<Vec<CounterEntry>, StoreError> {
        let sql = "select m.number, e.kind, e.at, e.actor, e.receipt from entries e \
                   join matters m on m.port = e.port and m.id = e.matter \
                   where e.port = $1 and e.channel = 'counter' and e.at >= $2 and e.at < $3 \
                   order by e.at, m.number, e.seq limit $4";
        let rows = self.query(sql, &params![self.port(), from, until, limit]).await?;
        rows.into_iter()
            .map(|mut row| {
                Ok(CounterEntry {
                    number: row.text(0)?,
                    kind: row.text(1)?,
                    at: row.int(2)?,
                    actor: row.text(3)?,
                    receipt: row.uuid(4)?,
                })
            })
            .collect()
    }
}

fn identifier(bytes: Option<Vec<u8>>) -> Result<Option<Uuid>, StoreError> {
    let read =
        |bytes: Vec<u8>| Uuid::from_slice(&bytes).map_err(|_| StoreError::Broken("an identifier has 16 bytes".into()));
    bytes.map(read).transpose()
}

fn visit(mut row: Row) -> Result<Visit, StoreError> {
    Ok(Visit {
        id: row.uuid(0)?,
        clerk: row.text(1)?,
        firm: row.text(2)?,
        services: row.text(3)?,
        state: row.text(4)?,
        way: row.text(5)?,
        code: row.opt_bytes(6)?,
        code_until: row.opt_int(7)?,
        tries: row.int(8)?,
        place: row.text(9)?,
        secret: row.hash(10)?,
        opened_at: row.int(11)?,
        acting_until: row.opt_int(12)?,
        ended_at: row.opt_int(13)?,
        receipt: identifier(row.opt_bytes(14)?)?,
    })
}

fn paper(mut row: Row) -> Result<VisitPaper, StoreError> {
    Ok(VisitPaper {
        visit: row.uuid(0)?,
        service: row.text(1)?,
        paper: row.text(2)?,
        state: row.text(3)?,
        clerk: row.text(4)?,
        firm: row.text(5)?,
        at: row.int(6)?,
        due_at: row.opt_int(7)?,
        reminded_at: row.opt_int(8)?,
        document: identifier(row.opt_bytes(9)?)?,
        receipt: row.uuid(10)?,
    })
}
