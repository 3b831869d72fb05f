//! The sample world: calls of the sample ships, each brought to a state of its own by those who would bring it there.

use std::collections::BTreeMap;

use domain::{
    Instant, Text, Value,
    formality::Formality,
    profile::Berth,
    ship_call::{Act, Party, Phase, ReviewState, Ship, Status, TimeKind},
};
use office::{Actor, Asked, Call, CompanyRecord, Error, NewCall, Office, Request, Role, ShipRecord, Submission};
use serde::Deserialize;

use super::content::{self, Said};
use crate::setup::Clock;

/// Number of sample calls.
pub const CALLS: u64 = 14;

const HOUR: i64 = domain::instant::HOUR;

#[derive(Deserialize)]
struct Samples {
    firm: Vec<Firm>,
    ship: Vec<SampleShip>,
}

#[derive(Deserialize)]
struct Firm {
    code: String,
    name: Text,
    kind: String,
    #[serde(default)]
    telephone: String,
}

#[derive(Deserialize)]
struct SampleShip {
    #[serde(flatten)]
    ship: Ship,
    #[serde(default)]
    mmsi: String,
    #[serde(default)]
    deadweight: i64,
    agent: String,
}

/// How far a scene goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Until {
    /// The entry application is filed.
    Applied,
    /// The entry application is approved.
    Approved,
    /// Everything for entry is filed.
    Filed,
    /// Border inspection asks.
    Asked,
    /// Entry is cleared.
    EntryCleared,
    /// She lies in port, cleared.
    InPort,
    /// The exit formalities are filed.
    ExitFiled,
    /// The departure permit is issued.
    Permitted,
    /// She has sailed.
    Sailed,
}

struct Scene {
    until: Until,
    /// Hours from now to the arrival.
    arrival: i64,
    /// Hours of stay.
    stay: i64,
    berth: &'static str,
    crew: usize,
}

/// A scene for each sample ship, in their order.
fn scenes() -> Vec<Scene> {
    let scene = |until, arrival, stay, berth, crew| Scene { until, arrival, stay, berth, crew };
    vec![
        scene(Until::Asked, 8, 30, "DYW-01", 22),
        scene(Until::InPort, -10, 34, "DYW-02", 24),
        scene(Until::Applied, 170, 40, "DYW-03", 20),
        scene(Until::Approved, 60, 30, "DYW-04", 21),
        scene(Until::Filed, 20, 28, "DYW-05", 19),
        scene(Until::EntryCleared, 5, 26, "DYW-06", 23),
        scene(Until::ExitFiled, -26, 28, "DYW-07", 22),
        scene(Until::Permitted, -30, 31, "DYW-08", 20),
        scene(Until::Sailed, -60, 30, "DYW-01", 25),
        scene(Until::InPort, -14, 48, "DYW-03", 18),
        scene(Until::Applied, 120, 30, "DYW-05", 20),
        scene(Until::Permitted, -54, 28, "DYW-04", 20),
        scene(Until::Filed, -3, 40, "DYW-06", 21),
        scene(Until::EntryCleared, 12, 40, "DYW-02", 26),
    ]
}

/// Makes the world; `progress` hears each call.
pub async fn make(office: &Office, clock: &Clock, progress: &(dyn Fn() + Sync)) -> Result<(), String> {
    let samples: Samples = toml::from_str(&office::profiles::sample_world()).map_err(|error| error.to_string())?;
    records(office, &samples).await.map_err(|error| format!("{error:?}"))?;
    let open = || office.profile.berths.iter().filter(|berth| berth.open_to_foreign.is_some());
    for (nth, (sample, scene)) in samples.ship.iter().zip(scenes()).enumerate() {
        let fitting: Vec<&str> =
            open().filter(|berth| takes(berth, &sample.ship)).map(|berth| berth.code.as_str()).collect();
        let berth = match fitting.contains(&scene.berth) {
            true => scene.berth.to_owned(),
            false => (*fitting.get(nth % fitting.len().max(1)).unwrap_or(&scene.berth)).to_owned(),
        };
        let mut play = Play {
            office,
            clock,
            began: clock_now(clock),
            sample,
            scene,
            berth,
            id: uuid::Uuid::nil(),
            number: String::new(),
        };
        play.run(nth).await.map_err(|error| format!("{} ({}): {error:?}", sample.ship.name.en, play.number))?;
        progress();
    }
    clock.shift(0);
    Ok(())
}

/// A berth that planning would give to a ship: long enough, and for what she carries.
fn takes(berth: &Berth, ship: &Ship) -> bool {
    berth.length >= ship.length && berth.handles.contains(&ship.ship_type)
}

fn clock_now(clock: &Clock) -> Instant {
    clock.shift(0);
    clock.now()
}

async fn records(office: &Office, samples: &Samples) -> Result<(), Error> {
    for firm in &samples.firm {
        let record = CompanyRecord {
            code: firm.code.clone(),
            name: firm.name.clone(),
            kind: firm.kind.clone(),
            phone: firm.telephone.clone(),
            ..CompanyRecord::default()
        };
        office.put_record("company", &firm.code, &record, "sample").await?;
    }
    for sample in &samples.ship {
        let record = ShipRecord {
            ship: sample.ship.clone(),
            mmsi: sample.mmsi.clone(),
            deadweight: sample.deadweight,
            ..ShipRecord::default()
        };
        office.put_record("ship", &sample.ship.imo, &record, "sample").await?;
    }
    Ok(())
}

/// One call being played.
struct Play<'a> {
    office: &'a Office,
    clock: &'a Clock,
    began: Instant,
    sample: &'a SampleShip,
    scene: Scene,
    berth: String,
    id: uuid::Uuid,
    number: String,
}

impl Play<'_> {
    /// The hours that an act lies before the arrival; never later than now.
    fn at(&self, hours_after_arrival: i64) {
        let offset = ((self.scene.arrival + hours_after_arrival) * HOUR).min(0);
        self.clock.shift(offset);
    }

    fn arrival(&self) -> Instant {
        self.began.plus_hours(self.scene.arrival)
    }

    fn departure(&self) -> Instant {
        self.began.plus_hours(self.scene.arrival + self.scene.stay)
    }

    fn actor(&self, party: Party) -> Actor {
        let role = match &party {
            Party::Firm(_) => Role::Agent,
            Party::Organ(organ) if organ == "port_group" => Role::Operator,
            Party::Organ(organ) if organ == "port_office" => Role::Coordinator,
            _ => Role::Officer,
        };
        let person = match &party {
            Party::Firm(_) if self.sample.agent.ends_with('a') => "agent".to_owned(),
            Party::Firm(_) => "agent2".to_owned(),
            Party::Organ(organ) => organ.replace('_', ""),
            Party::Clock => "clock".to_owned(),
        };
        Actor { name: person.clone(), person, party, role, language: "zh".to_owned(), on_behalf: None }
    }

    fn agent(&self) -> Actor {
        self.actor(Party::Firm(self.sample.agent.clone()))
    }

    fn organ(&self, code: &str) -> Actor {
        self.actor(Party::Organ(code.to_owned()))
    }

    async fn call(&self) -> Result<Call, Error> {
        self.office.call(&self.agent(), &self.number).await
    }

    async fn act(&self, actor: &Actor, act: Act) -> Result<(), Error> {
        let request = Request::new("sample", Some(self.office.new_id().to_string()), &[], "page");
        self.office.do_act(actor, self.id, &act, &request).await.map(drop)
    }

    async fn file(&self, formality: Formality) -> Result<(), Error> {
        let content = content::filing(formality, self.office.now(), self.rows(formality), &self.said(formality));
        let request = Request::new("sample", Some(self.office.new_id().to_string()), &[], "page");
        let submission = Submission { formality, content, original: None };
        self.office.file(&self.agent(), self.id, &submission, &request).await.map(drop)
    }

    fn rows(&self, formality: Formality) -> usize {
        match formality {
            Formality::CrewList | Formality::CrewEffects => self.scene.crew,
            Formality::SecurityReport => 10,
            Formality::PassengerList => 40,
            _ => 2,
        }
    }

    /// What the scene says about a filing.
    fn said(&self, formality: Formality) -> Said {
        let text = |text: &str| Value::from(text);
        let crew = i64::try_from(self.scene.crew).unwrap_or(0);
        let mut said: Said = BTreeMap::from([
            ("eta".to_owned(), Value::Text(self.arrival().to_string())),
            ("etd".to_owned(), Value::Text(self.departure().to_string())),
            ("left_last_port".to_owned(), Value::Text(self.arrival().plus_hours(-200).to_string())),
            ("last_port".to_owned(), text("KRINC")),
            ("next_port".to_owned(), text("JPYOK")),
            ("persons_crew".to_owned(), crew.into()),
            ("crew".to_owned(), crew.into()),
            ("persons_passengers".to_owned(), 0.into()),
            ("passengers".to_owned(), if formality == Formality::PassengerList { Value::Null } else { 0.into() }),
            ("number_of_crew".to_owned(), crew.into()),
            ("number_of_passengers".to_owned(), 0.into()),
            ("berth".to_owned(), text(&self.berth)),
            ("cargo_on_board".to_owned(), true.into()),
        ]);
        if formality == Formality::PassengerList {
            said.remove("passengers");
        }
        if formality == Formality::CrewList {
            let ranks = [
                "MASTER",
                "CHIEF OFFICER",
                "SECOND OFFICER",
                "CHIEF ENGINEER",
                "SECOND ENGINEER",
                "BOSUN",
                "AB",
                "OILER",
                "COOK",
            ];
            // Nobody is signed on two of them.
            let ship = self.sample.ship.imo.get(4..).unwrap_or_default();
            for nth in 0..self.scene.crew {
                let at = format!("members/{nth}");
                said.insert(format!("{at}/family_name"), Value::Text(format!("SAMPLE{}", letters(nth))));
                said.insert(format!("{at}/given_names"), text(["KIM", "JOSE", "WEI", "ANNA"][nth % 4]));
                said.insert(format!("{at}/rank"), text(ranks[nth.min(ranks.len() - 1)]));
                said.insert(format!("{at}/document_number"), Value::Text(format!("SAMPLE{nth:03}{ship}")));
                said.insert(format!("{at}/gender"), text("M"));
            }
        }
        said
    }

    async fn run(&mut self, nth: usize) -> Result<(), Error> {
        self.open().await?;
        if self.scene.until == Until::Applied && nth == 2 {
            return Ok(());
        }
        self.apply_for_entry().await?;
        if self.scene.until >= Until::Filed {
            self.file_entry().await?;
        }
        if self.scene.until == Until::Asked {
            self.ask().await?;
        }
        if self.scene.until >= Until::EntryCleared {
            self.clear(Phase::Entry, -20).await?;
        }
        if self.scene.arrival < 0 {
            self.arrive().await?;
        }
        if nth == 9 {
            self.hold().await?;
        }
        if self.scene.until >= Until::ExitFiled {
            self.file_exit().await?;
        }
        if self.scene.until >= Until::Permitted {
            self.clear(Phase::Exit, self.scene.stay - 2).await?;
        }
        if self.scene.until >= Until::Sailed {
            self.at(self.scene.stay);
            self.state(&self.organ("msa"), "departure", TimeKind::Actual, self.office.now()).await?;
        }
        Ok(())
    }

    async fn open(&mut self) -> Result<(), Error> {
        self.at(-190);
        let new = NewCall {
            imo: self.sample.ship.imo.clone(),
            kind: "ordinary".to_owned(),
            eta: Some(self.arrival()),
            etd: Some(self.departure()),
            left_last_port: None,
            last_port: "KRINC".to_owned(),
            next_port: "JPYOK".to_owned(),
            report: Text::default(),
            copy_from: None,
        };
        let request = Request::new("sample", Some(self.office.new_id().to_string()), &[], "page");
        let done = self.office.open_call(&self.agent(), &new, &request).await?;
        self.id = done.id;
        self.number = done.number;
        Ok(())
    }

    async fn apply_for_entry(&self) -> Result<(), Error> {
        self.at(-180);
        if self.call().await?.call.requirement(Formality::EntryApplication).is_some() {
            self.file(Formality::EntryApplication).await?;
        }
        if self.scene.until >= Until::Approved {
            self.at(-160);
            self.grant(Formality::EntryApplication, "msa").await?;
        } else {
            self.at(-178);
            self.act(&self.organ("msa"), Act::TakeInCharge { formality: Formality::EntryApplication }).await?;
        }
        self.at(-100);
        let planner = self.organ("port_group");
        let (from, until) = (self.arrival().plus_hours(1), self.departure().plus_hours(-1));
        let beside = self.office.beside_at_berth(&planner, self.id, &self.berth, (from, until)).await?;
        let beside = beside.into_iter().map(|neighbour| neighbour.number).collect();
        self.act(&planner, Act::PlanBerth { berth: self.berth.clone(), from, until, beside }).await?;
        self.state(&self.organ("port_group"), "pilot", TimeKind::Planned, self.arrival().plus_hours(-1)).await
    }

    async fn state(&self, actor: &Actor, event: &str, kind: TimeKind, at: Instant) -> Result<(), Error> {
        self.act(actor, Act::StateTime { event: event.to_owned(), kind, at, replies_to: None, delay_reason: None })
            .await
    }

    async fn grant(&self, formality: Formality, organ: &str) -> Result<(), Error> {
        let act = Act::Decide {
            formality,
            outcome: ReviewState::Granted,
            reason: None,
            words: Vec::new(),
            law: String::new(),
            mirror: None,
        };
        self.act(&self.organ(organ), act).await
    }

    /// Files everything that is due for a phase and not yet filed.
    async fn file_due(&self, phase: Phase) -> Result<(), Error> {
        // The arrival report comes before what rests on it; signatures and permits come last.
        for _ in 0..2 {
            let call = self.call().await?.call;
            let due: Vec<Formality> = call
                .requirements_of(phase)
                .filter(|due| !due.is_permit() && !call.filings.contains_key(&due.formality))
                .map(|due| due.formality)
                .collect();
            for formality in due {
                self.file(formality).await?;
            }
        }
        Ok(())
    }

    async fn file_entry(&self) -> Result<(), Error> {
        self.at(-30);
        self.file_due(Phase::Entry).await
    }

    async fn ask(&self) -> Result<(), Error> {
        self.at(-26);
        self.act(&self.organ("customs"), Act::TakeInCharge { formality: Formality::HealthDeclaration }).await?;
        self.at(-24);
        self.act(&self.organ("border"), Act::TakeInCharge { formality: Formality::CrewList }).await?;
        self.at(-12);
        let asked = Asked {
            formality: Formality::CrewList,
            items: vec![
                "第 7 号船员的海员证已过期，请补正 / The seafarer's book of no. 7 has expired".to_owned(),
                "请补充第 15 号船员的签证 / The visa of no. 15 is missing".to_owned(),
            ],
            due: Some(self.arrival().plus_hours(-1)),
        };
        let request = Request::new("sample", Some(self.office.new_id().to_string()), &[], "page");
        self.office.ask(&self.organ("border"), self.id, &asked, &request).await.map(drop)
    }

    /// Every organ grants what is before it, then signs; maritime safety issues the permit.
    async fn clear(&self, phase: Phase, at: i64) -> Result<(), Error> {
        self.at(at);
        for signatures in [false, true] {
            let call = self.call().await?.call;
            let due: Vec<(Formality, String)> = call
                .reviews
                .iter()
                .filter(|review| !review.state.is_granted() && call.phase_of(review.formality) == Some(phase))
                .filter(|review| {
                    call.requirement(review.formality)
                        .is_some_and(|due| due.is_signature() == signatures && !due.is_permit())
                })
                .map(|review| (review.formality, review.organ.clone()))
                .collect();
            for (formality, organ) in due {
                self.grant(formality, &organ).await?;
            }
        }
        if phase == Phase::Exit {
            self.file(Formality::DeparturePermit).await?;
            self.grant(Formality::DeparturePermit, "msa").await?;
        }
        Ok(())
    }

    async fn arrive(&self) -> Result<(), Error> {
        self.at(0);
        self.state(&self.organ("msa"), "arrival", TimeKind::Actual, self.office.now()).await?;
        self.at(1);
        self.state(&self.organ("port_group"), "berth", TimeKind::Actual, self.office.now()).await
    }

    async fn hold(&self) -> Result<(), Error> {
        self.at(4);
        let ground =
            Text::new("救生艇释放装置缺陷，滞留待整改", "Defects of the lifeboat release gear: detained until mended");
        self.act(
            &self.organ("msa"),
            Act::PlaceHold {
                kind: "psc_detention".to_owned(),
                ground: ground.into(),
                reference: "PSC-SAMPLE-1".to_owned(),
            },
        )
        .await
    }

    async fn file_exit(&self) -> Result<(), Error> {
        self.at(self.scene.stay - 3);
        debug_assert!(self.call().await?.call.status() >= Status::InPortNotCleared);
        self.file_due(Phase::Exit).await
    }
}

fn letters(nth: usize) -> String {
    let letter = |n: usize| char::from(b'A' + u8::try_from(n % 26).unwrap_or(0));
    format!("{}{}", letter(nth / 26), letter(nth))
}
