//! The pre-check of a ship's crew and passengers: compared with the ship's last lists and with the watch list; hits are seen
//! by border inspection alone.

mod again;
mod elsewhere;
mod kept;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicI64},
};

use domain::{
    Fault, Severity, Text, Value,
    formality::{Change, Formality, differences},
    matter::Party,
    precheck::{Act, Elsewhere, Precheck, Record, Run, RunHit},
    screening::{Alike, Named, WatchList},
    ship_call::{ShipCall, Status as CallStatus},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::{Reach, Sealed, Stored, changes::Change as Told};
use uuid::Uuid;

use crate::{
    Actor, Call, Done, Error, Office, Right,
    acting::{Baggage, Request, Step},
    kept::Kept as _,
};

pub use again::PrecheckLine;

/// The lists that are compared, with the field of their rows.
const LISTS: [(Formality, &str); 2] = [(Formality::CrewList, "members"), (Formality::PassengerList, "passengers")];

/// What a document about a hit serves.
const HIT: &str = "precheck";

/// A watch list has at most so many bytes.
pub const MOST_WATCHED: usize = 256 << 20;

/// The columns of a watch list, in any order; the last two may be missing.
const COLUMNS: [&str; 5] = ["family_name", "given_names", "date_of_birth", "document_number", "note"];

/// A watch list, read once and kept until another version comes.
#[derive(Default)]
pub struct Watch {
    loaded: Mutex<Option<Arc<Loaded>>>,
    /// The version with which every call that is under way was compared.
    followed: AtomicI64,
}

struct Loaded {
    version: i64,
    list: WatchList,
    /// The lines as they were given, by entry: few of them are ever shown.
    lines: Vec<Box<str>>,
    columns: Vec<String>,
}

/// A hit with what it is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HitContent {
    /// On which list the person is.
    pub formality: String,
    /// The person.
    pub person: Value,
    /// The entry of the watch list, by column.
    pub entry: BTreeMap<String, String>,
}

/// A pre-check with what its hits are about.
#[derive(Clone, Debug)]
pub struct PrecheckView {
    /// The matter; the default before the first run.
    pub precheck: Precheck,
    /// By the serial of the hit.
    pub contents: BTreeMap<u32, HitContent>,
    /// Persons who are signed on another ship: who, and the call and name of that ship.
    pub elsewhere: Vec<(Value, Elsewhere)>,
    /// True when a list stands that was not compared.
    pub stale: bool,
    /// The journal, oldest first.
    pub journal: Vec<Record>,
}

impl Office {
    /// The organ whose the pre-check is: it issues permits of persons.
    fn prechecks(&self) -> String {
        let kinds = domain::person_permit::kinds(&self.profile, self.now());
        kinds.into_iter().next().map(|kind| kind.issuer).unwrap_or_default()
    }

    /// True for that organ's officers.
    pub fn may_precheck(&self, actor: &Actor) -> bool {
        actor.may(Right::Decide) && matches!(&actor.party, Party::Organ(organ) if *organ == self.prechecks())
    }

    fn require_prechecks(&self, actor: &Actor) -> Result<(), Error> {
        if self.may_precheck(actor) { Ok(()) } else { Err(Error::Forbidden) }
    }

    /// The pre-check of a call. The look at whom hits are about is recorded.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but border inspection.
    pub async fn precheck(&self, actor: &Actor, call: &str) -> Result<PrecheckView, Error> {
        self.require_prechecks(actor)?;
        let found = self.call(actor, call).await?;
        let lists = standing(&found.call);
        let Some((id, precheck)) = self.precheck_of(call).await? else {
            return Ok(PrecheckView {
                precheck: Precheck::default(),
                contents: BTreeMap::new(),
                elsewhere: Vec::new(),
                stale: !lists.is_empty(),
                journal: Vec::new(),
            });
        };
        let tells = !precheck.hits.is_empty() || !precheck.run.elsewhere.is_empty();
        if tells && !self.record_look(actor, found.id, Formality::CrewList).await? {
            return Err(Error::Unrecorded);
        }
        let contents = self.hit_contents(id, &precheck).await?;
        let elsewhere = self.elsewhere_contents(id, &precheck).await?;
        let rows = self.store.reach(Reach::System("pre-check")).entries(id, 0, 10_000).await?;
        let journal = rows.iter().map(crate::kept::record::<Precheck>).collect::<Result<_, _>>()?;
        let watch = self.store.watch_version(&self.prechecks()).await?.map_or(0, |(version, _)| version);
        let stale = precheck.run.lists != lists || precheck.run.watch != watch;
        Ok(PrecheckView { precheck, contents, elsewhere, stale, journal })
    }

    async fn precheck_of(&self, call: &str) -> Result<Option<(Uuid, Precheck)>, Error> {
        let reach = self.store.reach(Reach::System("pre-check"));
        match reach.matter_by_number(&format!("{call}-K")).await? {
            Some(stored) => Ok(Some((stored.id, self.unfold(stored).await?))),
            None => Ok(None),
        }
    }

    async fn hit_contents(&self, id: Uuid, precheck: &Precheck) -> Result<BTreeMap<u32, HitContent>, Error> {
        let documents = self.store.reach(Reach::System("pre-check")).documents_for(id, HIT).await?;
        let mut contents = BTreeMap::new();
        for (serial, hit) in &precheck.hits {
            let document = documents.iter().find(|document| document.id.to_string() == hit.document);
            if let Some(bytes) = document.and_then(|document| document.bytes.as_ref()) {
                contents.insert(*serial, serde_json::from_slice(bytes)?);
            }
        }
        Ok(contents)
    }

    /// Compares the lists that stand.
    ///
    /// # Errors
    /// As [`Office::precheck`]; [`Error::Invalid`] when no list stands.
    pub async fn run_precheck(&self, actor: &Actor, call: &str, request: &Request) -> Result<Done, Error> {
        self.require_prechecks(actor)?;
        let found = self.call(actor, call).await?;
        if standing(&found.call).is_empty() {
            return Err(Error::Invalid(vec![fault(
                "PQ-PRECHECK-010",
                "船员、旅客名单尚未申报。",
                "Neither a crew list nor a passenger list is filed.",
                "名单申报后再预检。",
                "Run it once a list is filed.",
            )]));
        }
        self.compare_lists(actor, &found, request).await
    }

    /// Lists that were filed are compared of themselves; nothing is done where these were compared already.
    pub(crate) async fn precheck_follows(&self, id: Uuid, call: ShipCall) -> Result<(), Error> {
        let lists = standing(&call);
        let compared = self.precheck_of(&call.number).await?.is_some_and(|(_, precheck)| precheck.run.lists == lists);
        if lists.is_empty() || compared || self.prechecks().is_empty() {
            return Ok(());
        }
        let source = serde_json::to_string(&(&call.number, &lists))?;
        let request =
            Request::new("following", Some(format!("{}-K/{}", call.number, call.version)), source.as_bytes(), "clock");
        match self.compare_lists(&Actor::clock(), &Call { id, call }, &request).await {
            // An officer was first.
            Ok(_) | Err(Error::Refused(_) | Error::Conflict) => Ok(()),
            Err(other) => Err(other),
        }
    }

    async fn compare_lists(&self, actor: &Actor, found: &Call, request: &Request) -> Result<Done, Error> {
        let call = found.call.number.as_str();
        let (known_id, precheck) = match self.precheck_of(call).await? {
            Some((id, precheck)) => (Some(id), precheck),
            None => (None, Precheck::default()),
        };
        let id = known_id.unwrap_or_else(|| self.new_id());
        let earlier = match known_id {
            Some(id) => self.hit_contents(id, &precheck).await?,
            None => BTreeMap::new(),
        };
        let mut run = Run { lists: standing(&found.call), ..Run::default() };
        let before = self.last_listed(found).await?;
        run.before = before.as_ref().map(|before| before.call.number.clone());
        let organ = self.prechecks();
        let watch = self.loaded_watch(&organ).await?;
        run.watch = watch.as_ref().map_or(0, |watch| watch.version);
        run.watched = watch.as_ref().map_or(0, |watch| count(watch.list.len()));
        let alike = Alike::of(&self.profile, self.now());
        let (mut hits, mut documents) = (Vec::new(), Vec::new());
        for (formality, rows) in LISTS {
            let Some(content) = self.standing_content(actor, &found.call, formality).await? else { continue };
            // Nobody looks while the program compares.
            let looks = matches!(actor.party, Party::Organ(_));
            if looks && !self.record_look(actor, found.id, formality).await? {
                return Err(Error::Unrecorded);
            }
            let persons = content.get(rows).list();
            run.persons += count(persons.len());
            if let Some(before) = &before
                && let Some(last) = self.standing_content(actor, &before.call, formality).await?
            {
                compare(formality, rows, &last, &content, &mut run);
            }
            self.count_expiring(&found.call, persons, &mut run);
            if formality == Formality::CrewList {
                self.seek_elsewhere(id, found, persons, (&mut run, &mut documents)).await?;
            }
            for person in persons {
                let Some(watch) = &watch else { continue };
                for hit in watch.list.hits(&named(person), &alike) {
                    let formality = formality.code().to_owned();
                    let content = HitContent { formality, person: person.clone(), entry: watch.entry(hit.entry) };
                    let known = earlier.iter().find(|(_, of)| **of == content).map(|(serial, _)| *serial);
                    let document = match known {
                        Some(serial) => precheck.hits[&serial].document.clone(),
                        None => self.seal_hit(id, &content, &mut documents)?,
                    };
                    hits.push(RunHit { known, document, basis: hit.basis.code().to_owned(), alike: hit.alike });
                }
            }
        }
        let what = format!("pre-check of {call}: {} persons, {} hits", run.persons, hits.len());
        let events = self.other_ships(call, &precheck.run, &run).await?;
        let acts = [Act::Run { call: call.to_owned(), organ, run, hits }];
        let baggage = Baggage { documents, what, events, ..Baggage::default() };
        self.commit(actor, vec![Step { id, read: precheck, acts: &acts }], request, &baggage).await
    }

    fn seal_hit(&self, id: Uuid, content: &HitContent, documents: &mut Vec<Sealed>) -> Result<String, Error> {
        let subjects = domain::formality::persons_of(
            Formality::from_code(&content.formality)
                .and_then(|formality| formality.fields().iter().find(|field| !field.columns().is_empty()))
                .map_or(&[], |field| field.columns()),
            &content.person,
        );
        let sealed = self.seal_bytes(id, HIT, serde_json::to_vec(content)?)?.about(subjects);
        let document = sealed.id.to_string();
        documents.push(sealed);
        Ok(document)
    }

    /// An officer looks at a hit, or the ship is cleared on arrival.
    ///
    /// # Errors
    /// As [`Office::precheck`]; [`Error::Refused`] by the procedure.
    pub async fn act_on_precheck(
        &self,
        actor: &Actor,
        call: &str,
        look: Option<(u32, bool)>,
        request: &Request,
    ) -> Result<Done, Error> {
        self.require_prechecks(actor)?;
        let found = self.call(actor, call).await?;
        let (id, _) = self.precheck_of(call).await?.ok_or(Error::NotFound)?;
        let act = match look {
            Some((hit, is)) => Act::Look { hit, is },
            None => Act::Clear { lists: standing(&found.call) },
        };
        self.act::<Precheck>(actor, &[(id, act)], request, &Baggage::default()).await
    }

    async fn standing_content(
        &self,
        actor: &Actor,
        call: &ShipCall,
        formality: Formality,
    ) -> Result<Option<Value>, Error> {
        let Some(standing) = call.filings.get(&formality).and_then(|filing| filing.standing()) else { return Ok(None) };
        match self.content(actor, &standing.document).await {
            Ok(content) => Ok(Some(content)),
            Err(Error::Gone(_)) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// The last call of the same ship before this one that has a list.
    async fn last_listed(&self, found: &Call) -> Result<Option<Call>, Error> {
        let states: Vec<String> = CallStatus::ALL.iter().map(|status| status.code().to_owned()).collect();
        let reach = self.store.reach(Reach::System("pre-check"));
        let mut calls = reach.about(ShipCall::KIND, std::slice::from_ref(&found.call.ship.imo), &states).await?;
        calls.retain(|line: &Stored| {
            line.id != found.id && line.row.starts_at < found.call.expected("arrival").map(|at| at.0)
        });
        calls.sort_by_key(|line| std::cmp::Reverse(line.row.starts_at));
        for line in calls.into_iter().take(5) {
            let Some(stored) = reach.matter(line.id).await? else { continue };
            let call = Call { id: stored.id, call: self.unfold::<ShipCall>(stored).await? };
            if !standing(&call.call).is_empty() {
                return Ok(Some(call));
            }
        }
        Ok(None)
    }

    /// The watch list of an organ, read when another version came.
    async fn loaded_watch(&self, organ: &str) -> Result<Option<Arc<Loaded>>, Error> {
        let Some((version, _)) = self.store.watch_version(organ).await? else { return Ok(None) };
        let cached = self.watch.loaded.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(loaded) = cached.filter(|loaded| loaded.version == version) {
            return Ok(Some(loaded));
        }
        let Some(kept) = self.store.watch_list(organ).await? else { return Ok(None) };
        let (loaded, _) = Loaded::read(&kept.bytes, kept.version)?;
        let loaded = Arc::new(loaded);
        *self.watch.loaded.lock().unwrap_or_else(PoisonError::into_inner) = Some(loaded.clone());
        Ok(Some(loaded))
    }

    /// Version and size of the watch list.
    ///
    /// # Errors
    /// As [`Office::precheck`].
    pub async fn watch_size(&self, actor: &Actor) -> Result<Option<(i64, i64)>, Error> {
        self.require_prechecks(actor)?;
        Ok(self.store.watch_version(&self.prechecks()).await?)
    }

    /// Puts another watch list in the place of the one that stands: CSV with a line of headings. Gives how many are on it.
    ///
    /// # Errors
    /// As [`Office::precheck`]; [`Error::Invalid`] with the first lines that cannot be read, and nothing is changed then.
    pub async fn put_watch_list(&self, actor: &Actor, bytes: &[u8]) -> Result<usize, Error> {
        self.require_prechecks(actor)?;
        let organ = self.prechecks();
        let version = self.store.watch_version(&organ).await?.map_or(1, |(version, _)| version + 1);
        let (loaded, faults) = Loaded::read(bytes, version)?;
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        let entries = loaded.list.len();
        let side = self.store.watch_list_side(&organ, version, i64::try_from(entries).unwrap_or(i64::MAX), bytes)?;
        let told = Told {
            at: self.now().0,
            who: format!("{}/{}", actor.party_code(), actor.person),
            kind: "watch_list.replaced".to_owned(),
            unit: format!("organ:{organ}"),
            about: format!("version {version}"),
            detail: serde_json::json!({"entries": entries}).to_string(),
        };
        self.store.change(&told, vec![side]).await?;
        *self.watch.loaded.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(loaded));
        Ok(entries)
    }
}

impl Loaded {
    /// Reads a list; what is wrong with its lines stands beside it.
    fn read(bytes: &[u8], version: i64) -> Result<(Loaded, Vec<Fault>), Error> {
        let unreadable = || {
            Error::Invalid(vec![fault(
                "PQ-PRECHECK-011",
                "不是 UTF-8 编码、首行为列名的 CSV 文件。",
                "This is no CSV in UTF-8 whose first line names the columns.",
                "首行须有 family_name、given_names、date_of_birth。",
                "The first line has family_name, given_names and date_of_birth.",
            )])
        };
        let text =
            std::str::from_utf8(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)).map_err(|_| unreadable())?;
        let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
        let columns: Vec<String> = reader.headers().map_err(|_| unreadable())?.iter().map(str::to_lowercase).collect();
        let place = |name: &str| columns.iter().position(|column| column == name);
        if COLUMNS.iter().take(3).any(|name| place(name).is_none()) {
            return Err(unreadable());
        }
        let places = COLUMNS.map(place);
        let (mut named, mut lines, mut faults) = (Vec::new(), Vec::new(), Vec::new());
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).map_err(|_| unreadable())? {
            let text = |nth: usize| places[nth].and_then(|at| record.get(at)).unwrap_or_default();
            let birth = text(2);
            let read = birth.parse::<Date>().ok();
            let nameless = text(0).is_empty() && text(1).is_empty() && text(3).is_empty();
            if (nameless || !birth.is_empty() && read.is_none()) && faults.len() < 20 {
                let line = record.position().map_or(0, csv::Position::line);
                faults.push(wrong_line(line));
            }
            named.push(Named {
                family: text(0).to_owned(),
                given: text(1).to_owned(),
                birth: read,
                document: text(3).to_owned(),
            });
            lines.push(record.iter().collect::<Vec<_>>().join("\u{1f}").into());
        }
        Ok((Loaded { version, list: WatchList::new(named.into_iter()), lines, columns }, faults))
    }

    /// An entry by column, without what is empty.
    fn entry(&self, nth: usize) -> BTreeMap<String, String> {
        let line = self.lines.get(nth).map_or("", |line| line);
        let cells = self.columns.iter().zip(line.split('\u{1f}')).filter(|(_, cell)| !cell.is_empty());
        cells.map(|(column, cell)| (column.clone(), cell.to_owned())).collect()
    }
}

/// The versions of the lists that stand.
fn standing(call: &ShipCall) -> BTreeMap<String, u32> {
    let of = |(formality, _): &(Formality, &str)| {
        let version = call.filings.get(formality)?.standing()?.version;
        Some((formality.code().to_owned(), version))
    };
    LISTS.iter().filter_map(of).collect()
}

fn named(person: &Value) -> Named {
    let text = |name: &str| person.get(name).text().unwrap_or_default().to_owned();
    Named {
        family: text("family_name"),
        given: text("given_names"),
        birth: text("date_of_birth").parse().ok(),
        document: text("document_number"),
    }
}

/// Persons who joined, left and changed, each once.
fn compare(formality: Formality, rows: &str, before: &Value, after: &Value, run: &mut Run) {
    let mut changed = std::collections::BTreeSet::new();
    for difference in differences(formality, before, after) {
        let mut steps = difference.pointer.trim_start_matches('/').split('/');
        if steps.next() != Some(rows) {
            continue;
        }
        let (row, whole) = (steps.next().unwrap_or_default().to_owned(), steps.next().is_none());
        match (difference.kind, whole) {
            (Change::Added, true) => run.joined += 1,
            (Change::Removed, true) => run.left += 1,
            _ => drop(changed.insert(row)),
        }
    }
    run.changed += count(changed.len());
}

fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

fn wrong_line(line: u64) -> Fault {
    let fault = fault(
        "PQ-PRECHECK-012",
        "这一行没有姓名和证件号码，或出生日期不是 1990-01-31 的写法。",
        "A line has neither name nor document, or a date of birth that is not written 1990-01-31.",
        "请更正后重新上传；名单未更换。",
        "Mend it and send the file again; the list was not replaced.",
    );
    Fault { location: format!("line {line}"), ..fault }
}

fn fault(code: &str, zh: &str, en: &str, remedy_zh: &str, remedy_en: &str) -> Fault {
    Fault::new(Severity::Error, code, "", Text::new(zh, en), Text::new(remedy_zh, remedy_en))
}
