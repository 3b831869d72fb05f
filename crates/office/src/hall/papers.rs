//! Papers at the counter: what is missing for every organ at once, what was scanned or shown, originals that follow, what was
//! handed out; the receipt sheet; and the day's ledger.

use domain::{
    Instant,
    service::{Paper, Service},
};
use jiff::civil::Date;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use store::visits::{CounterEntry, Visit, VisitPaper};
use uuid::Uuid;

use super::{
    fault, opens,
    pick_up::{self, PICK_UP},
};
use crate::{Actor, Error, Office, Right, filing::hex, notices::Data};

/// So many bytes are taken of a scan.
pub const MOST_SCAN: usize = 5 << 20;
/// So many lines of a ledger, and originals, are shown.
const SHOWN: i64 = 1000;
/// Under which service and name the sheet is kept that somebody signed to consent.
pub const SIGNED: (&str, &str) = ("consent", "sheet");

/// A line of the list that the visitor takes along.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The service.
    pub service: Service,
    /// The paper.
    pub paper: Paper,
    /// What became of it; none while it is missing.
    pub row: Option<VisitPaper>,
}

/// What is done with a paper.
#[derive(Clone, Debug)]
pub enum PaperAct {
    /// Scanned: the file's bytes.
    Scan(Vec<u8>),
    /// Shown and given back.
    Shown,
    /// Follows within the rule's term.
    Later,
    /// The original that was to follow has come.
    Came,
}

/// A visit as its receipt sheet opens it.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The row.
    pub row: Visit,
    /// The list.
    pub papers: Vec<Listed>,
    /// What was done for the firm at the counter in this visit.
    pub done: Vec<CounterEntry>,
    /// What was handed out in it.
    pub handed: Vec<VisitPaper>,
    /// The secret, for the code on the sheet.
    pub secret: String,
}

/// The day's ledger.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// Visits, the latest first.
    pub visits: Vec<Visit>,
    /// Papers.
    pub papers: Vec<VisitPaper>,
    /// Acts by the channel `counter`.
    pub done: Vec<CounterEntry>,
    /// Originals that are to come.
    pub originals: Vec<VisitPaper>,
}

impl Office {
    /// Everything that the services of a visit want, organ by organ, with what became of it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another's visit.
    pub async fn papers_at_counter(&self, actor: &Actor, id: Uuid) -> Result<Vec<Listed>, Error> {
        let row = self.own_visit(actor, id).await?;
        self.listed(&row).await
    }

    /// The scan of the sheet by whose signature the firm consented; none while it is missing.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another's visit.
    pub async fn signed_sheet(&self, actor: &Actor, id: Uuid) -> Result<Option<VisitPaper>, Error> {
        let visit = self.own_visit(actor, id).await?;
        let rows = self.store.papers_of_visit(visit.id).await?;
        Ok(rows.into_iter().find(|of| (of.service.as_str(), of.paper.as_str()) == SIGNED))
    }

    async fn listed(&self, row: &Visit) -> Result<Vec<Listed>, Error> {
        let rows = self.store.papers_of_visit(row.id).await?;
        let mut listed = Vec::new();
        for service in self.services_of(row) {
            for paper in service.papers.clone() {
                let row = rows.iter().find(|of| of.service == service.code && of.paper == paper.code).cloned();
                listed.push(Listed { service: service.clone(), paper, row });
            }
        }
        listed.sort_by(|one, other| one.paper.organ.cmp(&other.paper.organ));
        Ok(listed)
    }

    /// Does something with a paper of a visit, with a receipt.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another's visit, or a paper that its services do not want; [`Error::Invalid`] for a file that
    /// is empty or too large.
    pub async fn paper_at_counter(
        &self,
        actor: &Actor,
        id: Uuid,
        (service, paper): (&str, &str),
        act: PaperAct,
    ) -> Result<(), Error> {
        let visit = match &act {
            // Originals come after the visit, and to whichever clerk is there.
            PaperAct::Came => {
                actor.require(Right::ServeHall)?;
                self.store.visit(id).await?.ok_or(Error::NotFound)?
            }
            _ => self.own_visit(actor, id).await?,
        };
        let listed = self.listed(&visit).await?;
        let known = listed.iter().find(|of| of.service.code == service && of.paper.code == paper);
        let scans = matches!(act, PaperAct::Scan(_));
        let signed = (service, paper) == SIGNED && visit.way == "signature" && scans;
        let receipted = (service, paper) == pick_up::SIGNED && scans;
        if known.is_none() && !signed && !(receipted && self.has_handed_out(id).await?) {
            return Err(Error::NotFound);
        }
        let now = self.now();
        let mut row = VisitPaper {
            visit: id,
            service: service.to_owned(),
            paper: paper.to_owned(),
            clerk: actor.person.clone(),
            firm: visit.firm.clone(),
            at: now.0,
            ..VisitPaper::default()
        };
        let (mut side, mut digest) = (Vec::new(), None);
        row.state = match act {
            PaperAct::Scan(bytes) => {
                if bytes.is_empty() || bytes.len() > MOST_SCAN || kind_of(&bytes).is_none() {
                    return Err(Error::Invalid(vec![fault(
                        "PQ-HALL-021",
                        "file",
                        "没有文件，或不是 PDF、JPEG、PNG，或超过 5 MB。",
                        "There is no file, or it is no PDF, JPEG or PNG, or it has more than 5 MB.",
                        "请重新扫描或拍照。",
                        "Scan it again, or photograph it.",
                    )]));
                }
                let document = self.new_id();
                digest = Some(hex(&Sha256::digest(&bytes)));
                side.push(self.store.hall_words_side(document, &bytes)?);
                row.document = Some(document);
                "scanned"
            }
            PaperAct::Shown => "shown",
            PaperAct::Later => {
                row.due_at = Some(self.hall_after("originals", now).0);
                "later"
            }
            PaperAct::Came if known.and_then(|of| of.row.as_ref()).is_some_and(|of| of.state == "later") => "came",
            PaperAct::Came => return Err(Error::NotFound),
        }
        .to_owned();
        let due = row.due_at.map(|due| Instant(due).to_string());
        let detail = json!({"service": service, "paper": paper, "due": due, "sha256": digest});
        self.put_paper(actor, row, side, &detail).await
    }

    pub(super) async fn put_paper(
        &self,
        actor: &Actor,
        mut row: VisitPaper,
        side: Vec<store::Side>,
        detail: &serde_json::Value,
    ) -> Result<(), Error> {
        let (kind, about) = (format!("paper.{}", row.state), row.visit.to_string());
        let done = self.hall_change(Some(actor), &kind, (&row.firm, &about), detail, side).await?;
        row.receipt = done.receipt_id;
        Ok(self.store.put_visit_paper(&row).await?)
    }

    /// A scan, with its type. Each look is recorded before it is shown.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another's visit, or a paper that was not scanned or has gone.
    pub async fn scan_at_counter(
        &self,
        actor: &Actor,
        id: Uuid,
        (service, paper): (&str, &str),
    ) -> Result<(&'static str, Vec<u8>), Error> {
        let visit = self.own_visit(actor, id).await?;
        let rows = self.store.papers_of_visit(visit.id).await?;
        // Of what was handed out the name of who signed is kept there, and no scan.
        let is_scan = |of: &VisitPaper| of.service != PICK_UP || (service, paper) == pick_up::SIGNED;
        let row = rows.into_iter().find(|of| of.service == service && of.paper == paper && is_scan(of));
        let document = row.and_then(|of| of.document).ok_or(Error::NotFound)?;
        let access = store::logs::Access {
            at: self.now().0,
            who: format!("{}/{}", actor.party_code(), actor.person),
            matter: visit.id,
            fields: format!("{service}/{paper}"),
            purpose: "counter".to_owned(),
        };
        self.store.log_access(&access).await?;
        let bytes = self.store.hall_words(document).await?.ok_or(Error::NotFound)?;
        Ok((kind_of(&bytes).unwrap_or("application/octet-stream"), bytes))
    }

    /// What a visit's receipt sheet says, for its clerk.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another's visit.
    pub async fn sheet_at_counter(&self, actor: &Actor, id: Uuid) -> Result<Sheet, Error> {
        let row = self.own_visit(actor, id).await?;
        self.sheet_of(row).await
    }

    /// What a visit's receipt sheet opens, for whoever holds it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a wrong secret.
    pub async fn sheet(&self, secret: &str) -> Result<Sheet, Error> {
        let row = self.store.visit_by_secret(opens(secret)).await?.ok_or(Error::NotFound)?;
        self.sheet_of(row).await
    }

    async fn sheet_of(&self, row: Visit) -> Result<Sheet, Error> {
        let until = row.ended_at.unwrap_or(self.now().0) + 1;
        let who = format!("firm:{}/{}", row.firm, row.clerk);
        let mut done = self.counter_acts(row.opened_at, until).await?;
        done.retain(|of| of.actor == who && !row.firm.is_empty());
        let mut handed = self.store.papers_of_visit(row.id).await?;
        handed.retain(pick_up::is_handed_out);
        Ok(Sheet { papers: self.listed(&row).await?, done, handed, secret: self.who(row.id).await?.secret, row })
    }

    /// What was done at the counter between two instants, each act once: what follows from it by rule is no act of the clerk's.
    async fn counter_acts(&self, from: i64, until: i64) -> Result<Vec<CounterEntry>, Error> {
        let mut acts = self.store.counter_entries(from, until, SHOWN).await?;
        let mut known = std::collections::BTreeSet::new();
        acts.retain(|of| known.insert((of.number.clone(), of.receipt)));
        Ok(acts)
    }

    /// What was taken, by whom, with which receipts, on a day; and the originals that are to come.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not serve in the hall.
    pub async fn hall_ledger(&self, actor: &Actor, day: Date) -> Result<Ledger, Error> {
        actor.require(Right::ServeHall)?;
        let start = Instant::start_of(day, &self.profile.zone).unwrap_or(self.now());
        let end = day.tomorrow().ok().and_then(|next| Instant::start_of(next, &self.profile.zone)).unwrap_or(start);
        let mut visits = self.store.visits_between(start.0, end.0).await?;
        visits.retain(|visit| visit.state != "offered");
        Ok(Ledger {
            visits,
            papers: self.store.papers_between(start.0, end.0).await?,
            done: self.counter_acts(start.0, end.0).await?,
            originals: self.store.originals_to_come(SHOWN).await?,
        })
    }

    /// Reminds firms of originals whose day comes near.
    pub(super) async fn remind_originals(&self) -> Result<(), Error> {
        let now = self.now();
        for row in self.store.originals_to_come(SHOWN).await? {
            let Some(due) = row.due_at.filter(|_| row.reminded_at.is_none()) else { continue };
            if self.hall_after("originals_reminder", Instant(due)) > now {
                continue;
            }
            let data = Data { word: row.service.clone(), until: Some(Instant(due)), ..Data::default() };
            let once = format!("original/{}/{}", row.service, row.paper);
            let people = if row.firm.is_empty() { Vec::new() } else { self.store.users_of(&row.firm, false).await? };
            let people: Vec<_> = people.into_iter().filter(|user| !user.disabled).collect();
            for user in &people {
                self.tell_hall(&format!("person:{}", user.id), "hall.original", (row.visit, &once), &data, false)
                    .await?;
            }
            // Who has nothing but paper has a telephone.
            if people.is_empty() {
                self.message_hall("hall.original", (row.visit, &once), &data).await?;
            }
            self.store.mark_original_reminded(&row, now.0).await?;
        }
        Ok(())
    }
}

/// What a file is by its first bytes; none for what no scanner or telephone makes.
fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [b'%', b'P', b'D', b'F', ..] => Some("application/pdf"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        _ => None,
    }
}
