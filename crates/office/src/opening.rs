//! Opening a call: what is asked for, what is wrong with it, and what it takes from an earlier one.

use std::collections::BTreeMap;

use domain::{
    Fault, Instant, Severity, Text, Value,
    ship_call::{Act, Copied, Opened, ShipCall, TimeKind},
};
use store::{Filter, Order};

use crate::{
    Actor, Done, Error, Office, Right,
    acting::{Baggage, Request, Step},
    kept::Kept,
    numbers::Numbered,
};

/// What is needed to open a call.
#[derive(Clone, Debug, Default)]
pub struct NewCall {
    /// IMO number of the ship.
    pub imo: String,
    /// Kind of call.
    pub kind: String,
    /// Estimated arrival, ISO 8601 with zone.
    pub eta: Option<Instant>,
    /// Estimated departure.
    pub etd: Option<Instant>,
    /// When she left her last port: whether the voyage is a short one decides by when entry is applied for.
    pub left_last_port: Option<Instant>,
    /// Last and next port, UN/LOCODE.
    pub last_port: String,
    /// Next port.
    pub next_port: String,
    /// What happened, when she comes in distress.
    pub report: Text,
    /// Number of the earlier call from which to copy.
    pub copy_from: Option<String>,
}

impl Office {
    /// Opens a call with its first times; with `copy_from`, what still holds of the earlier call becomes drafts of this one.
    /// All of it is one transaction. A retry gets the call that was opened first.
    ///
    /// # Errors
    /// [`Error::Invalid`] names each fault of the request; [`Error::NotFound`] when the earlier call is not the firm's.
    pub async fn open_call(&self, actor: &Actor, new: &NewCall, request: &Request) -> Result<Done, Error> {
        actor.require(Right::File)?;
        if let Some(known) = self.known_answer(actor, request).await? {
            return Ok(known);
        }
        let faults = self.check_new(new);
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        let record = self.ship_of_record(&new.imo).await?.ok_or_else(|| Error::Invalid(vec![unknown_ship()]))?;
        let beside = self.beside_new(new).await?;
        let id = self.new_id();
        let number = self.next_number(Numbered::Call).await?;
        let copied = match &new.copy_from {
            Some(earlier) => Some((self.call(actor, earlier).await?, earlier.clone())),
            None => None,
        };
        let opened = Opened {
            number,
            port: self.profile.port.code.clone(),
            agent: actor.unit().to_owned(),
            ship: record.record.ship,
            ship_record: record.version,
            beside: i64::try_from(beside.len()).unwrap_or(i64::MAX),
            kind: new.kind.clone(),
            facts: self.opening_facts(actor, new).await?,
            report: (new.kind == "distress").then(|| new.report.clone().into()),
            copied_from: copied.as_ref().map(|(earlier, number)| Copied {
                number: number.clone(),
                formalities: earlier.call.filings.keys().copied().collect(),
            }),
        };
        let side = match &copied {
            Some((earlier, _)) => self.copied_drafts(actor, earlier, id, new, &opened.facts).await?,
            None => Vec::new(),
        };
        let (open, documents) = self.seal_act(id, &Act::Open(Box::new(opened)))?;
        // Whoever has an open page of the ship's other call sees it there at once.
        let events = self.told_of_another(&new.imo, &beside).await?;
        let baggage = Baggage { what: "call opened".to_owned(), side, documents, events };
        let acts: Vec<Act> = [open].into_iter().chain(first_times(new)).collect();
        let step = Step { id, read: ShipCall::default(), acts: &acts };
        self.commit(actor, vec![step], request, &baggage).await
    }

    /// What is known of a call when it is opened: her ports, and the shuttle permit of an earlier call that still holds.
    async fn opening_facts(&self, actor: &Actor, new: &NewCall) -> Result<BTreeMap<String, Value>, Error> {
        let ports = [("last_port", new.last_port.as_str()), ("next_port", new.next_port.as_str())];
        let mut facts: BTreeMap<String, Value> = ports
            .into_iter()
            .filter(|(_, code)| !code.is_empty())
            .map(|(name, code)| (name.to_owned(), Value::from(code)))
            .collect();
        if new.kind == "shuttle"
            && let Some((from, until)) = self.shuttle_term(actor, &new.imo).await?
        {
            facts.insert("shuttle_permit_from".to_owned(), from.to_string().as_str().into());
            facts.insert("shuttle_permit_until".to_owned(), until.to_string().as_str().into());
        }
        Ok(facts)
    }

    /// The term of the shuttle permit that this agent has for a ship (Decree 175 art. 14). A call that was opened under
    /// a permit knows it, so the newest calls are enough.
    async fn shuttle_term(&self, actor: &Actor, imo: &str) -> Result<Option<(Instant, Instant)>, Error> {
        let wanted = Filter { subject_key: Some(imo.to_owned()), order: Order::Newest, ..Filter::default() };
        let now = self.now();
        let mut best: Option<(Instant, Instant)> = None;
        for line in self.store.reach(actor.reach()).list(ShipCall::KIND, &wanted, None, 8).await? {
            let term = self.load(actor, line.id).await?.shuttle_term().filter(|(_, until)| now < *until);
            best = best.into_iter().chain(term).max_by_key(|(_, until)| *until);
        }
        Ok(best)
    }

    /// Everything that is refused in a new call.
    pub fn check_new(&self, new: &NewCall) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut fault = |code: &str, place: &str, zh: &str, en: &str, remedy_zh: &str, remedy_en: &str| {
            faults.push(Fault::new(Severity::Error, code, place, Text::new(zh, en), Text::new(remedy_zh, remedy_en)));
        };
        if !domain::reference::imo::imo_number_ok(&new.imo) {
            fault(
                "PQ-CALL-020",
                "/imo",
                "国际海事组织编号有误(校验位不符)。",
                "The IMO number is wrong (its check digit does not fit).",
                "请填写 7 位编号，如 9074729。",
                "Give the seven digits, for example 9074729.",
            );
        }
        if self.kinds().iter().all(|(code, _)| *code != new.kind) {
            fault(
                "PQ-CALL-021",
                "/kind",
                "未选择来港目的。",
                "The kind of call is missing.",
                "请从列表选择。",
                "Choose it from the list.",
            );
        }
        if new.kind == "distress" && new.report.zh.trim().is_empty() && new.report.en.trim().is_empty() {
            fault(
                "PQ-CALL-025",
                "/report",
                "遇险报告未写明情况。",
                "The report of distress says nothing of what happened.",
                "请写明发生了什么、在何处。",
                "Write what happened, and where.",
            );
        }
        if new.eta.zip(new.etd).is_some_and(|(eta, etd)| etd < eta) {
            fault(
                "PQ-CALL-030",
                "/etd",
                "预计离港时间早于预计抵港时间。",
                "The estimated departure is earlier than the estimated arrival.",
                "请更正其中一个时间。",
                "Correct one of the two times.",
            );
        }
        if new.left_last_port.zip(new.eta).is_some_and(|(left, eta)| eta < left) {
            fault(
                "PQ-CALL-030",
                "/left_last_port",
                "驶离上一港时间晚于预计抵港时间。",
                "She leaves the last port after the estimated arrival.",
                "请更正其中一个时间。",
                "Correct one of the two times.",
            );
        }
        if new.eta.is_none() {
            fault(
                "PQ-CALL-022",
                "/eta",
                "缺少预计抵港时间。",
                "The estimated time of arrival is missing.",
                "请填写日期和时间。",
                "Give date and time.",
            );
        }
        for (place, code) in [("/last_port", &new.last_port), ("/next_port", &new.next_port)] {
            if !code.is_empty() && domain::reference::locode(code).is_none() {
                fault(
                    "PQ-CALL-023",
                    place,
                    "不是联合国口岸代码。",
                    "This is not a UN/LOCODE.",
                    "请填写 5 位代码，如 KRINC。",
                    "Give the five letters, for example KRINC.",
                );
            }
        }
        faults
    }

    /// What is flagged in a new call, and not refused. Calls are also opened afterwards (a ship came in distress, or the
    /// program was out of service), so an arrival that has passed may be meant; far more often it is a slip of the pen. A
    /// ship that has an open call already, `apart_from` the one that was just opened, may be meant as well.
    ///
    /// # Errors
    /// The store's own.
    pub async fn flagged_in_new(
        &self,
        actor: &Actor,
        new: &NewCall,
        apart_from: Option<&str>,
    ) -> Result<Vec<Fault>, Error> {
        let now = self.now();
        let gone = new.eta.filter(|eta| *eta < now && new.kind != "distress");
        let gone = gone.map(|_| {
            Fault::new(
                Severity::Warning,
                "PQ-CALL-029",
                "/eta",
                Text::new("预计抵港时间已经过去。", "The estimated time of arrival has passed already."),
                Text::new(
                    "请核对时间；如系船舶抵港后补建航次，可以继续，并请填报实际抵港时间。",
                    "Check it. If you open the call after the ship has come, go on, and state the actual arrival.",
                ),
            )
        });
        Ok(gone.into_iter().chain(self.called_already(actor, new, apart_from).await?).collect())
    }

    /// The kinds of call that the port knows, with their words: the rows of the table `call-kinds`.
    pub fn kinds(&self) -> Vec<(String, Text)> {
        let now = self.now();
        let codes = self.profile.codes("call-kinds", "kind").into_iter();
        codes
            .filter_map(|kind| {
                let inputs = Value::from([("kind", kind.as_str().into())]);
                self.profile.hit("call-kinds", now, &inputs).map(|row| (kind, row.reason()))
            })
            .collect()
    }
}

/// The estimated times with which a call is opened.
fn first_times(new: &NewCall) -> impl Iterator<Item = Act> {
    let stated = [("left_last_port", new.left_last_port), ("arrival", new.eta), ("departure", new.etd)].into_iter();
    stated.filter_map(|(event, at)| {
        Some(Act::StateTime {
            event: event.to_owned(),
            kind: TimeKind::Estimated,
            at: at?,
            replies_to: None,
            delay_reason: None,
        })
    })
}

fn unknown_ship() -> Fault {
    Fault::new(
        Severity::Error,
        "PQ-CALL-024",
        "/imo",
        Text::new("本口岸尚无该船档案。", "This port has no record of the ship yet."),
        Text::new("请先在“船舶”页登记。", "Register her on the page “Ships” first."),
    )
}
