//! What an entry of a problem tells, and to whom.

use std::collections::BTreeSet;

use domain::{
    Value,
    matter::Entry as _,
    notice::{Recipients, Told, earliest, recipients},
    problem::{Entry, Problem, Reader, Record, Report},
    ship_call::Party,
};
use store::{EntryRow, Reach, people::User};
use uuid::Uuid;

use super::{Piece, Telling, is_coordinator, is_staff};
use crate::{
    Error,
    kept::record,
    notices::ways,
    problems::{Contact, address::CONFIRM},
};

impl Telling<'_> {
    pub(super) async fn problem(&mut self, matter: Uuid, problem: &Problem, rows: &[EntryRow]) -> Result<(), Error> {
        let records: Vec<Record> = rows.iter().map(record::<Problem>).collect::<Result<_, _>>()?;
        let planned = records.iter().any(|record| matches!(record.entry, Entry::Planned(_)));
        for (row, record) in rows.iter().zip(&records) {
            // A reply with a plan is told once, as the plan.
            if planned && matches!(record.entry, Entry::Signed(_)) {
                continue;
            }
            if let Entry::Received(received) = &record.entry
                && let Some(report) = problem.report(received.report.id)
            {
                self.ask_for_address(matter, report, &problem.severity).await?;
            }
            let Some(told) = problem.told(record) else { continue };
            let now = self.office.now();
            let Some(Recipients { to, group }) = recipients(&self.office.profile, told.event, &told.word, now) else {
                continue;
            };
            let piece = Piece {
                told: &told,
                group: &group,
                class: &problem.severity,
                matter,
                number: &problem.number,
                source: source(problem, record, &format!("{matter}/{}", row.seq)),
                by: &record.person,
            };
            for word in &to {
                self.problem_to(word, problem, record, &piece).await?;
            }
        }
        Ok(())
    }

    async fn problem_to(
        &mut self,
        word: &str,
        problem: &Problem,
        record: &Record,
        piece: &Piece<'_>,
    ) -> Result<(), Error> {
        let units: Vec<String> = match word {
            "firm" => return self.reporters(problem, record, piece).await,
            "coordinator" => return self.named_coordinators(problem, record, piece).await,
            "level" => return self.level(problem, record, piece).await,
            "office" => return self.port_office(problem, record, piece).await,
            "handler" => return self.handler(problem, record, piece).await,
            "unit" => piece.told.units.clone(),
            "lead" => problem.lead().map(|lead| lead.organ.clone()).into_iter().collect(),
            "parts" => problem.parts().into_iter().map(str::to_owned).collect(),
            "watchers" => problem.followers().into_iter().map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        for unit in units {
            self.unit(&unit, problem, record, piece).await?;
        }
        Ok(())
    }

    /// The people and systems of a unit, as far as it may be told.
    async fn unit(&mut self, unit: &str, problem: &Problem, record: &Record, piece: &Piece<'_>) -> Result<(), Error> {
        if *unit == problem.office {
            return self.port_office(problem, record, piece).await;
        }
        if !problem.tells(&Reader::Unit(unit.to_owned()), &record.entry) {
            return Ok(());
        }
        let party = Party::Organ(unit.to_owned());
        let works = |user: &User| is_staff(user) && !problem.recused.contains(&user.id);
        self.people(&party, piece, &works).await?;
        self.systems(&format!("organ:{unit}"), piece).await
    }

    async fn port_office(&mut self, problem: &Problem, record: &Record, piece: &Piece<'_>) -> Result<(), Error> {
        if !problem.tells(&Reader::Office, &record.entry) {
            return Ok(());
        }
        let works = |user: &User| is_coordinator(user) && !problem.recused.contains(&user.id);
        self.people(&Party::Organ(problem.office.clone()), piece, &works).await?;
        self.systems(&format!("organ:{}", problem.office), piece).await
    }

    /// Who handles it for the lead; the lead's people while nobody has taken it.
    async fn handler(&mut self, problem: &Problem, record: &Record, piece: &Piece<'_>) -> Result<(), Error> {
        let Some(lead) = problem.lead() else { return self.port_office(problem, record, piece).await };
        let Some(handler) = &lead.handler else { return self.unit(&lead.organ, problem, record, piece).await };
        if !problem.tells(&Reader::Unit(lead.organ.clone()), &record.entry) {
            return Ok(());
        }
        self.people(&Party::Organ(lead.organ.clone()), piece, &|user| user.id == *handler).await
    }

    /// Whoever reported: the firm's people and systems, and the address that came with the report.
    async fn reporters(&mut self, problem: &Problem, record: &Record, piece: &Piece<'_>) -> Result<(), Error> {
        let ended = matches!(record.entry, Entry::Ended(_));
        let concerned = |report: &&Report| {
            (ended || report.withdrawn_at.is_none()) && piece.told.report.is_none_or(|id| id == report.id)
        };
        for report in problem.reports.iter().filter(concerned) {
            let own: BTreeSet<u32> = match report.firm.as_str() {
                "" => BTreeSet::from([report.id]),
                firm => problem.reports.iter().filter(|of| of.firm == firm).map(|of| of.id).collect(),
            };
            if !problem.tells(&Reader::Reporter(own), &record.entry) {
                continue;
            }
            let source = format!("{}/{}", piece.source, report.id);
            let piece = Piece {
                told: piece.told,
                group: piece.group,
                class: piece.class,
                matter: piece.matter,
                number: &report.number,
                source,
                by: piece.by,
            };
            if !report.firm.is_empty() {
                self.people(&Party::Firm(report.firm.clone()), &piece, &|_| true).await?;
                self.systems(&format!("firm:{}", report.firm), &piece).await?;
            }
            self.contact(report, &piece).await?;
        }
        Ok(())
    }

    /// The address that a reporter gave, for what she is told of her own report.
    async fn contact(&mut self, report: &Report, piece: &Piece<'_>) -> Result<(), Error> {
        let answered = piece.group == "answer" || piece.group == "limit" || piece.told.word == "lead";
        if !answered || !self.has_address(report).await? {
            return Ok(());
        }
        // Cases of before had no letter that asks; what is told meanwhile stands on the page.
        self.ask_for_address(piece.matter, report, piece.class).await?;
        let recipient = format!("report:{}:{}", piece.matter, report.id);
        let due = earliest(
            &self.office.profile,
            &Party::Firm(String::new()),
            "",
            (piece.told.event, piece.class),
            self.office.now(),
        );
        let notice = self.notice(recipient, piece);
        self.deliver(&notice, "email", due);
        self.notices.push(notice);
        Ok(())
    }

    /// Asks once whether the address of a report is its reader's: a letter with a code, and no word of the case.
    async fn ask_for_address(&mut self, matter: Uuid, report: &Report, class: &str) -> Result<(), Error> {
        if report.is_address_read() || !self.has_address(report).await? {
            return Ok(());
        }
        let recipient = format!("report:{matter}:{}", report.id);
        let asks = |of: &store::notices::Notice| of.recipient == recipient && of.kind == CONFIRM;
        let before = self.office.store.notices_of(&recipient, None, 100).await?;
        if before.iter().chain(&self.notices).any(asks) {
            return Ok(());
        }
        let told = Told { event: CONFIRM, ..Told::default() };
        let piece = Piece {
            told: &told,
            group: "answer",
            class,
            matter,
            number: &report.number,
            source: format!("address/{matter}/{}", report.id),
            by: "",
        };
        let notice = self.notice(recipient, &piece);
        self.deliver(&notice, "email", self.office.now());
        self.notices.push(notice);
        Ok(())
    }

    /// True when an address for letters came with a report.
    async fn has_address(&self, report: &Report) -> Result<bool, Error> {
        let Some(id) = report.contact.as_ref().and_then(|document| Uuid::parse_str(document).ok()) else {
            return Ok(false);
        };
        let reach = self.office.store.reach(Reach::System("contact of a reporter"));
        let Some(bytes) = reach.document(id).await?.and_then(|document| document.bytes) else { return Ok(false) };
        let contact: Contact = serde_json::from_slice(&bytes)?;
        Ok(ways::is_address(&contact.email))
    }

    /// The persons of the port office who look after the firms that reported.
    async fn named_coordinators(&mut self, problem: &Problem, record: &Record, piece: &Piece<'_>) -> Result<(), Error> {
        if !problem.tells(&Reader::Office, &record.entry) {
            return Ok(());
        }
        let firms: BTreeSet<&str> = problem.standing_reports().map(|report| report.firm.as_str()).collect();
        for firm in firms.into_iter().filter(|firm| !firm.is_empty()) {
            let Some(named) = self.office.coordinator_of(firm).await? else { continue };
            let office = Party::Organ(problem.office.clone());
            self.people(&office, piece, &|user| user.id == named.person && is_coordinator(user)).await?;
        }
        Ok(())
    }

    /// Those whom a step of the ladder names.
    async fn level(&mut self, problem: &Problem, record: &Record, piece: &Piece<'_>) -> Result<(), Error> {
        let inputs = Value::from([("level", piece.told.word.as_str().into())]);
        let Some(hit) = self.office.profile.hit("notice-levels", self.office.now(), &inputs) else { return Ok(()) };
        for to in hit.texts("to") {
            match to.as_str() {
                "handler" => self.handler(problem, record, piece).await?,
                "liaison" => self.liaison(problem, record, piece).await?,
                "outside" => self.outside(piece).await?,
                "parts" => {
                    for unit in problem.parts() {
                        self.unit(unit, problem, record, piece).await?;
                    }
                }
                "office" => self.port_office(problem, record, piece).await?,
                _ => self.named_coordinators(problem, record, piece).await?,
            }
        }
        Ok(())
    }

    /// The persons whom the owner's chief named for the ladder; its people when none is named.
    async fn liaison(&mut self, problem: &Problem, record: &Record, piece: &Piece<'_>) -> Result<(), Error> {
        let Some(owner) = problem.owner() else { return Ok(()) };
        let named = self.office.liaison_of(owner).await?;
        if named.is_empty() || owner == problem.office {
            return self.unit(owner, problem, record, piece).await;
        }
        if problem.tells(&Reader::Unit(owner.to_owned()), &record.entry) {
            let is_named = |user: &User| named.contains(&user.id) && !problem.recused.contains(&user.id);
            self.people(&Party::Organ(owner.to_owned()), piece, &is_named).await?;
        }
        Ok(())
    }

    /// A level without an account: number, class and step alone, to the address that the port office keeps.
    async fn outside(&mut self, piece: &Piece<'_>) -> Result<(), Error> {
        let recipient = format!("level:{}", piece.told.word);
        if self.office.preferences_kept(&recipient).await?.email.is_empty() {
            return Ok(());
        }
        let about = (piece.told.event, piece.class);
        let due = earliest(&self.office.profile, &Party::Clock, "", about, self.office.now());
        let notice = self.notice(recipient, piece);
        self.deliver(&notice, "email", due);
        self.notices.push(notice);
        Ok(())
    }
}

/// From what a notice comes. A meeting over several cases is one thing: who takes part in several of them is told once.
fn source(problem: &Problem, record: &Record, entry: &str) -> String {
    let id = match &record.entry {
        Entry::MeetingCalled(of) | Entry::MeetingHeld(of) => of.id,
        Entry::MeetingMoved { id, .. } => *id,
        _ => return entry.to_owned(),
    };
    match problem.meetings.iter().find(|of| of.id == id).map(|of| of.number.as_str()) {
        None | Some("") => entry.to_owned(),
        Some(number) => format!("meeting/{number}/{}/{}", record.entry.kind(), record.at.0),
    }
}
