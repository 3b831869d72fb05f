//! Reports come in: checked, sealed, given a number, a secret and a signed receipt. Every channel ends here.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Fault, Instant, Severity, Text,
    problem::{Act, Key, Problem, Question, Received, Report, questions, severity, topic},
    ship_call::Party,
};
use sha2::{Digest, Sha256};
use store::{DocumentPlain, Reach, Sealed};
use uuid::Uuid;

use super::{Attachment, Contact, NewReport, Reported, Said};
use crate::{
    Actor, Error, Office, Right, Role,
    acting::{Baggage, Request},
    filing::hex,
    numbers::Numbered,
};

/// So many characters are taken of what a firm says.
pub const MOST_WORDS: usize = 8000;
/// So many files are taken with a report.
pub const MOST_ATTACHMENTS: usize = 5;
/// So many bytes are taken of a file.
pub const MOST_ATTACHMENT: usize = 5 << 20;

/// So many characters are taken of a name, a number or an address.
pub const MOST_LINE: usize = 200;
/// So many business keys are taken with a report.
pub const MOST_KEYS: usize = 30;

/// So many answers are taken: the longest list of questions has a tenth of them.
const MOST_ANSWERS: usize = 100;

/// The name of a draft of a report.
pub const DRAFT: &str = "problem";

/// The question that asks since when it stands still.
const SINCE: &str = "since";

/// A paper form that is older is keyed in no more: thirty days, microseconds.
const OLDEST_PAPER: i64 = 30 * 24 * domain::instant::HOUR;

/// Letters of a secret: none that looks like another.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
/// Letters of a paper form's number: forty bits, short enough to be written down.
const PAPER: usize = 8;
/// Letters of a secret: a hundred bits.
const SECRET: usize = 20;

impl Actor {
    /// Somebody who reports without an account, or who shows the secret of a report.
    pub fn reporter(language: &str) -> Actor {
        Actor {
            person: "public".to_owned(),
            name: String::new(),
            party: Party::Firm(String::new()),
            role: Role::Agent,
            language: language.to_owned(),
            on_behalf: None,
        }
    }
}

impl Office {
    /// What is wrong with a report; empty when it can be taken.
    pub fn check_report(&self, new: &NewReport) -> Vec<Fault> {
        let now = self.now();
        let mut faults = Vec::new();
        if topic(&self.profile, &new.topic, now).is_none() {
            faults.push(fault(
                "PQ-REPORT-001",
                "/topic",
                "未选择问题类别。",
                "The topic is missing, or not one of the port's.",
                "请从列表选择。",
                "Choose it from the list.",
            ));
        }
        if severity(&self.profile, &new.impact, &new.urgency, now).is_none() {
            faults.push(fault(
                "PQ-REPORT-002",
                "/impact",
                "未说明影响或紧急程度。",
                "What it does to you, or how soon, is missing.",
                "请各选一项。",
                "Choose one of each.",
            ));
        }
        let words = new.words.trim();
        if words.is_empty() {
            faults.push(fault(
                "PQ-REPORT-003",
                "/words",
                "未写明情况。",
                "Nothing says what happened.",
                "请写明发生了什么、需要什么。",
                "Write what happened and what you need.",
            ));
        } else if words.chars().count() > MOST_WORDS {
            faults.push(fault(
                "PQ-REPORT-004",
                "/words",
                "说明过长（超过 8000 字）。",
                "The description is longer than 8,000 characters.",
                "请删减，或作为附件提交。",
                "Shorten it, or attach it as a file.",
            ));
        }
        if !new.contact.email.is_empty() && !looks_like_email(&new.contact.email) {
            faults.push(fault(
                "PQ-REPORT-005",
                "/email",
                "邮箱地址格式不对。",
                "This is not an e-mail address.",
                "请填写如 name@example.com。",
                "Write it like name@example.com.",
            ));
        }
        faults.extend(files_fault(&new.attachments));
        let latest = now.0 - OLDEST_PAPER;
        if new.came_at.is_some_and(|at| at > now || at.0 < latest) {
            faults.push(fault(
                "PQ-REPORT-012",
                "/came_at",
                "登记时间不正确：不能晚于现在，也不能早于 30 天前。",
                "This is no time at which it can have come: it lies ahead, or more than thirty days ago.",
                "请按纸质登记表填写当时的口岸时间。",
                "Write the port's local time as the paper form says.",
            ));
        }
        if is_too_long(new) {
            faults.push(fault(
                "PQ-REPORT-011",
                "",
                "姓名、编号等过长（每项最多 200 字，编号最多 30 个）。",
                "A name, number or address is longer than 200 characters, or there are more than 30 numbers.",
                "请删减，其余写入情况说明。",
                "Shorten them, and write the rest into the description.",
            ));
        }
        for organ in &new.against {
            if self.profile.organ(organ).is_none() {
                faults.push(fault(
                    "PQ-REPORT-007",
                    "/against",
                    "没有这个单位。",
                    "There is no such unit.",
                    "请从列表选择。",
                    "Choose it from the list.",
                ));
            }
        }
        for question in questions(&self.profile, &new.topic, now) {
            faults.extend(answer_fault(&question, &new.answers));
        }
        faults
    }

    /// Takes a report: the case that it opens, number, secret and receipt. A retry under the same key gets the first answer.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault; [`Error::Forbidden`] for who may not report for a firm.
    pub async fn report(&self, actor: &Actor, new: &NewReport, request: &Request) -> Result<Reported, Error> {
        let firm = self.firm_of_report(actor, new).await?;
        // A paper form that is keyed in twice is one report, whatever else is typed the second time.
        let paper = Request::new("paper", Some(new.paper.clone()), new.paper.as_bytes(), request.channel);
        let request = if actor.runs_problems() && !new.paper.is_empty() { &paper } else { request };
        let faults = self.check_report(new);
        if !faults.is_empty() {
            // What was taken stays taken, also when a table says otherwise since. A good one is known by its key as it is written.
            let known = self.known_answer(actor, request).await?.ok_or(Error::Invalid(faults))?;
            return self.reported_again(known).await;
        }
        let id = self.new_id();
        let number = self.next_number(Numbered::Problem).await?;
        let secret = self.new_secret();
        let (mut report, documents) = self.sealed_report(id, new, &firm, &number, &secret, request)?;
        // Who is signed in and has confirmed this address before need not do it again.
        report.address_confirmed = !new.contact.email.is_empty()
            && self.reader_at(&crate::notices::person(&actor.person), &new.contact.email).await?.is_some();
        if actor.runs_problems() {
            report.paper = Some(new.paper.clone()).filter(|paper| !paper.is_empty());
            report.at = new.came_at.unwrap_or_default();
        }
        let received = Received {
            number: number.clone(),
            port: self.profile.port.code.clone(),
            topic: new.topic.clone(),
            impact: new.impact.clone(),
            urgency: new.urgency.clone(),
            report,
            ..Received::default()
        };
        // The draft that it was typed in is used up with it.
        let typed = request.channel != super::BY_THRESHOLD;
        let side = typed.then(|| self.store.delete_draft_side(actor.unit(), "new", DRAFT)).into_iter().collect();
        let what = format!("problem {number} received");
        let baggage = Baggage { documents, side, what, ..Baggage::default() };
        let acts = [(id, Act::Receive(Box::new(received)))];
        let done = self.act::<Problem>(actor, &acts, request, &baggage).await?;
        if done.replayed {
            return self.reported_again(done).await;
        }
        Ok(Reported { number, secret, receipt: done.receipt, receipt_id: done.receipt_id, replayed: false })
    }

    /// The answer that the report got before, secret included: its sender was told it then.
    async fn reported_again(&self, known: crate::Done) -> Result<Reported, Error> {
        let reach = self.store.reach(Reach::System("answering again"));
        let documents = reach.documents(known.id).await?;
        let (id, ..) = documents.into_iter().find(|(_, purpose, ..)| purpose == "secret").ok_or(Error::NotFound)?;
        let bytes = reach.document(id).await?.and_then(|document| document.bytes).ok_or(Error::NotFound)?;
        let secret = String::from_utf8(bytes).map_err(|error| Error::Internal(error.to_string()))?;
        let crate::Done { number, receipt, receipt_id, .. } = known;
        Ok(Reported { number, secret, receipt, receipt_id, replayed: true })
    }

    /// A firm reports for itself; the port office takes down what a caller or visitor of a firm says.
    async fn firm_of_report(&self, actor: &Actor, new: &NewReport) -> Result<String, Error> {
        match &actor.party {
            Party::Firm(firm) => Ok(firm.clone()),
            Party::Organ(_) if new.firm.is_empty() => Ok(String::new()),
            Party::Organ(_) if !new.firm.contains(char::is_control) && self.is_firm(&new.firm).await? => {
                Ok(new.firm.clone())
            }
            Party::Organ(_) => Err(Error::Invalid(vec![fault(
                "PQ-REPORT-008",
                "/firm",
                "没有这家企业。",
                "There is no such firm.",
                "请从企业名录选择，或留空。",
                "Choose it from the firms, or leave it empty.",
            )])),
            Party::Clock => Err(Error::Forbidden),
        }
    }

    /// Numbers for paper forms, for the hours in which nobody can reach the program: no two are ever the same, and nothing
    /// is kept of them until a form is keyed in.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but the port office.
    pub fn paper_numbers(&self, actor: &Actor, count: usize) -> Result<Vec<String>, Error> {
        actor.require(Right::RunProblems)?;
        let (year, port) = (self.now().date(&self.profile.zone).year(), &self.profile.port.letters);
        let number = |_| {
            let letters: String = self.new_secret().chars().take(PAPER).collect();
            format!("{year}-{port}-Z{}", letters.to_uppercase())
        };
        Ok((0..count).map(number).collect())
    }

    pub(super) fn new_secret(&self) -> String {
        let chance = self.chance();
        chance.iter().take(SECRET).map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect()
    }

    /// The report with its documents: words and answers, contact, attachments and the secret, each under a key of its own.
    pub(super) fn sealed_report(
        &self,
        matter: Uuid,
        new: &NewReport,
        firm: &str,
        number: &str,
        secret: &str,
        request: &Request,
    ) -> Result<(Report, Vec<Sealed>), Error> {
        let seal = |purpose: &str, bytes: Vec<u8>| {
            let (id, purpose, subject) = (self.new_id(), purpose.to_owned(), String::new());
            self.store.seal(DocumentPlain { id, matter, purpose, subject, bytes })
        };
        let said = Said { words: new.words.clone(), answers: new.answers.clone() };
        let words = seal("report", serde_json::to_vec(&said)?)?;
        let contact = match new.contact.is_empty() {
            true => None,
            false => Some(seal("contact", serde_json::to_vec(&new.contact)?)?),
        };
        let files: Vec<Sealed> =
            new.attachments.iter().map(|file| self.sealed_file(matter, file)).collect::<Result<_, _>>()?;
        let report = Report {
            number: number.to_owned(),
            firm: firm.to_owned(),
            words: words.id.to_string(),
            digest: hex(&words.salted_digest),
            contact: contact.as_ref().map(|sealed| sealed.id.to_string()),
            attachments: files.iter().map(|sealed| sealed.id.to_string()).collect(),
            language: if new.language == "en" { "en" } else { "zh" }.to_owned(),
            channel: request.channel.to_owned(),
            secret: secret_digest(secret),
            keys: self.keys_of(new),
            against: new.against.clone(),
            hidden: new.hidden,
            elsewhere: new.elsewhere.clone(),
            since: self.since(new),
            came_from: new.came_from.clone(),
            hops: new.hops.clone(),
            ..Report::default()
        };
        let secret = seal("secret", secret.as_bytes().to_vec())?;
        let documents = [words, secret].into_iter().chain(contact).chain(files).collect();
        Ok((report, documents))
    }

    /// A file that comes with a report or an answer, with its name.
    pub(super) fn sealed_file(&self, matter: Uuid, file: &Attachment) -> Result<Sealed, Error> {
        let (id, purpose, subject) = (self.new_id(), "attachment".to_owned(), String::new());
        Ok(self.store.seal(DocumentPlain { id, matter, purpose, subject, bytes: packed(file) })?)
    }

    /// Since when it stands still, as the firm answers; nothing for what is still to come.
    fn since(&self, new: &NewReport) -> Option<Instant> {
        let (_, said) = new.answers.iter().find(|(code, _)| code == SINCE)?;
        let zoned = |at: jiff::civil::DateTime| self.profile.zone.to_timestamp(at).ok().map(Instant::from);
        let said = said.trim();
        let day = || Some(said.parse::<jiff::civil::Date>().ok()?.to_datetime(jiff::civil::Time::midnight()));
        let since = Instant::parse(said).or_else(|| zoned(said.parse().ok().or_else(day)?))?;
        (since <= self.now()).then_some(since)
    }

    /// The keys of the page from which the report comes, and those that its answers are.
    fn keys_of(&self, new: &NewReport) -> BTreeSet<Key> {
        let asked = questions(&self.profile, &new.topic, self.now());
        let kinds: BTreeMap<&str, &str> =
            asked.iter().map(|question| (question.code.as_str(), question.key.as_str())).collect();
        let answered = new.answers.iter().filter_map(|(code, value)| {
            let kind = kinds.get(code.as_str()).filter(|kind| !kind.is_empty())?;
            Some(Key::new(kind, value)).filter(|key| !key.value.is_empty())
        });
        new.keys.iter().cloned().chain(answered).collect()
    }

    /// Contact of a report, for who may know who reported; reading it is recorded.
    pub(super) async fn note_reading(&self, actor: &Actor, matter: Uuid, what: &str) -> Result<(), Error> {
        let access = store::logs::Access {
            at: self.now().0,
            who: format!("{}/{}", actor.party_code(), actor.person),
            matter,
            fields: what.to_owned(),
            purpose: "problem".to_owned(),
        };
        Ok(self.store.log_access(&access).await?)
    }
}

/// What is kept of a secret. It has a hundred bits, so that a fast hash is right.
pub(super) fn secret_digest(secret: &str) -> String {
    hex(&Sha256::digest(secret.trim().as_bytes()))
}

/// What is wrong with the files that come with a report or an answer.
pub(super) fn files_fault(files: &[Attachment]) -> Option<Fault> {
    let too_much = files.len() > MOST_ATTACHMENTS || files.iter().any(|file| file.bytes.len() > MOST_ATTACHMENT);
    too_much.then(|| {
        fault(
            "PQ-REPORT-006",
            "/files",
            "附件过多或过大（最多 5 个，每个不超过 5 MB）。",
            "Too many files, or one is too large: five at most, each up to 5 MB.",
            "请删减附件。",
            "Send fewer or smaller ones.",
        )
    })
}

/// A file with its name: the name, a NUL, the bytes.
fn packed(file: &Attachment) -> Vec<u8> {
    let name: String = file.name.chars().filter(|letter| !letter.is_control()).take(120).collect();
    let mut bytes = name.into_bytes();
    bytes.push(0);
    bytes.extend_from_slice(&file.bytes);
    bytes
}

/// A file as it was packed.
pub(super) fn unpacked(bytes: &[u8]) -> Attachment {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(0);
    Attachment {
        name: String::from_utf8_lossy(&bytes[..end]).into_owned(),
        bytes: bytes.get(end + 1..).unwrap_or_default().to_vec(),
    }
}

/// Contact as it was sealed.
pub(super) fn contact(bytes: &[u8]) -> Result<Contact, Error> {
    Ok(serde_json::from_slice(bytes)?)
}

fn is_too_long(new: &NewReport) -> bool {
    let Contact { name, firm, email, phone } = &new.contact;
    let lines = [name, firm, email, phone, &new.paper].into_iter().chain(&new.elsewhere);
    let mut lines = lines.chain(new.keys.iter().flat_map(|key| [&key.kind, &key.value]));
    let is_long = |(code, value): &(String, String)| code.len() > MOST_LINE || value.chars().count() > MOST_WORDS;
    new.keys.len() > MOST_KEYS
        || new.answers.len() > MOST_ANSWERS
        || new.answers.iter().any(is_long)
        || lines.any(|line| line.chars().count() > MOST_LINE)
}

fn looks_like_email(text: &str) -> bool {
    let plain = text.len() <= 254 && !text.chars().any(|letter| letter.is_whitespace() || letter.is_control());
    let parts = text.rsplit_once('@');
    plain && parts.is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.starts_with('.'))
}

/// What is wrong with the answers to a question.
fn answer_fault(question: &Question, answers: &[(String, String)]) -> Option<Fault> {
    let given: Vec<&str> = answers
        .iter()
        .filter(|(code, value)| *code == question.code && !value.trim().is_empty())
        .map(|(_, value)| value.trim())
        .collect();
    let place = format!("/answers/{}", question.code);
    if given.is_empty() {
        return question
            .required
            .then(|| fault("PQ-REPORT-009", &place, "此项必填。", "This must be answered.", "请填写。", "Answer it."));
    }
    let fits = |value: &&str| match question.datatype.as_str() {
        "number" => value.parse::<f64>().is_ok_and(f64::is_finite),
        "datetime" => is_moment(value),
        "singlevaluelist" | "multivaluelist" => question.values.iter().any(|(code, _)| code == value),
        "text" => value.chars().count() <= MOST_WORDS,
        _ => value.chars().count() <= MOST_LINE,
    };
    let several = question.datatype != "multivaluelist" && given.len() > 1;
    let fits = !several && given.iter().all(fits);
    (!fits).then(|| {
        fault(
            "PQ-REPORT-010",
            &place,
            "填写内容与要求不符。",
            "The answer is not of the kind that is asked for.",
            "请按提示填写数字、日期或从列表选择。",
            "Give a number, a date or one of the list, as asked.",
        )
    })
}

/// An instant with its zone, or the day and time that a form gives.
fn is_moment(value: &str) -> bool {
    Instant::parse(value).is_some()
        || value.parse::<jiff::civil::DateTime>().is_ok()
        || value.parse::<jiff::civil::Date>().is_ok()
}

fn fault(code: &str, place: &str, zh: &str, en: &str, remedy_zh: &str, remedy_en: &str) -> Fault {
    Fault::new(Severity::Error, code, place, Text::new(zh, en), Text::new(remedy_zh, remedy_en))
}
