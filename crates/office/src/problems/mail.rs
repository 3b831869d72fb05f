//! Reports by electronic mail: the letter's identifier is the idempotency key, an answer to one of our letters joins its case,
//! and machines are not answered.

use domain::{
    Fault, Text,
    problem::{Act, MessageKind, Problem, Reader},
    ship_call::Party,
};
use messages::mail::Mail;
use sha2::{Digest, Sha256};
use store::Reach;
use uuid::Uuid;

use super::{Attachment, Contact, MOST_ATTACHMENTS, NewReport, ProblemAct, Words, kept::PROBLEM};
use crate::{
    Actor, Error, Office,
    acting::{Baggage, Request},
    filing::hex,
};

/// The topic of a letter, until the port office has looked at it.
const TOPIC: &str = "other";
/// Letters of the mark by which an answer is known to answer ours: eighty bits.
const MARK: usize = 20;

/// What became of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailTaken {
    /// It opened a case, or said something more in one: what is answered to its sender.
    Answered(MailAnswer),
    /// Nobody is answered; why.
    Ignored(&'static str),
}

/// A letter to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailAnswer {
    /// Its own identifier, without angle brackets and the part after the `@`.
    pub id: String,
    /// To whom.
    pub to: String,
    /// The identifier of the letter that it answers.
    pub answers: String,
    /// Subject.
    pub subject: String,
    /// Words, in both languages.
    pub text: String,
    /// Number of the case; empty when the letter was refused.
    pub number: String,
    /// The signed receipt of a case that it opened.
    pub receipt: Option<Vec<u8>>,
}

impl Office {
    /// Takes a letter that came to the address of problems. `own` are our addresses and marks, by which a loop is known.
    ///
    /// # Errors
    /// The store's own: the letter stays and is taken later.
    pub async fn take_mail(&self, bytes: &[u8], own: &[String]) -> Result<MailTaken, Error> {
        let mail = messages::mail::read(bytes);
        if let Some(why) = unanswered(&mail, own) {
            return Ok(MailTaken::Ignored(why));
        }
        let request = Request::new("mail", Some(mail.id.clone()), bytes, "email");
        for answered in &mail.answers {
            if let Some(taken) = self.continued(&mail, answered, &request).await? {
                return Ok(MailTaken::Answered(taken));
            }
            if let Some(taken) = self.notice_answered(&mail, answered, &request).await? {
                return Ok(MailTaken::Answered(taken));
            }
        }
        let new = new_report(&mail);
        match self.report(&Actor::reporter("zh"), &new, &request).await {
            Ok(reported) => {
                let text = format!(
                    "已收到您的反映，编号 {number}，查询密码 {secret}。直接回复本邮件可补充说明。附件为本口岸签名的回执。\n\n\
                     We have your report: number {number}, secret {secret}. Answer this letter to say something more. The file is \
                     the receipt that the port signed.\n",
                    number = reported.number,
                    secret = reported.secret,
                );
                let answer = answer(&mail, &reported.number, &mark(&reported.secret), text);
                Ok(MailTaken::Answered(MailAnswer { receipt: Some(reported.receipt), ..answer }))
            }
            Err(Error::Invalid(faults)) => Ok(MailTaken::Answered(answer(&mail, "", "refused", not_taken(&faults)))),
            // The same identifier with other content: a forged or broken letter, of which nobody is told.
            Err(Error::KeyReused) => Ok(MailTaken::Ignored("Message-ID was used before")),
            Err(other) => Err(other),
        }
    }

    /// Answers a letter that is too large to be taken, by its beginning.
    pub fn refuse_mail(&self, beginning: &[u8], own: &[String]) -> MailTaken {
        let mail = messages::mail::read(beginning);
        if let Some(why) = unanswered(&mail, own) {
            return MailTaken::Ignored(why);
        }
        let large = NewReport {
            attachments: vec![Attachment::default(); MOST_ATTACHMENTS + 1],
            ..new_report(&Mail::default())
        };
        let faults = self.check_report(&large);
        let large: Vec<Fault> = faults.into_iter().filter(|fault| fault.code == "PQ-REPORT-006").collect();
        MailTaken::Answered(answer(&mail, "", "refused", not_taken(&large)))
    }

    /// Says what the letter says in the case whose letter it answers. None when the identifier is not one of ours.
    async fn continued(&self, mail: &Mail, answered: &str, request: &Request) -> Result<Option<MailAnswer>, Error> {
        let mut parts = answered.split(['.', '@']);
        let (Some(number), Some(given)) = (parts.next(), parts.next()) else { return Ok(None) };
        let Some(secret) = self.secret_of(number).await? else { return Ok(None) };
        if mark(&secret) != given {
            return Ok(None);
        }
        self.address_read_by(mail, number, &secret, request).await?;
        let (id, problem, report) = self.report_by_secret(number, &secret).await?;
        let firm = problem.report(report).map(|report| report.firm.clone()).unwrap_or_default();
        let actor = Actor { party: Party::Firm(firm), person: "mail".to_owned(), ..Actor::reporter("zh") };
        let said = match self.sealed_act_with(id, &ProblemAct::Say { report, words: words(mail) }, &files(mail)) {
            Ok((act, documents)) => {
                let baggage = Baggage { documents, ..Baggage::default() };
                let acts: [(_, Act); 1] = [(id, act)];
                self.act::<Problem>(&actor, &acts, request, &baggage).await.map(drop)
            }
            Err(error) => Err(error),
        };
        let text = match said {
            Ok(()) => format!("已补充到 {number}。\nAdded to {number}.\n"),
            Err(Error::Refused(fault)) => format!("{}\n{}\n", fault.text.zh, fault.text.en),
            Err(Error::Invalid(faults)) => not_taken(&faults),
            Err(Error::KeyReused) => return Ok(None),
            Err(other) => return Err(other),
        };
        Ok(Some(answer(mail, number, &mark(&secret), text)))
    }

    /// Who answers our letter from the address to which it went reads what goes there.
    async fn address_read_by(&self, mail: &Mail, number: &str, secret: &str, request: &Request) -> Result<(), Error> {
        let (_, problem, report) = self.report_by_secret(number, secret).await?;
        let document = problem.report(report).and_then(|of| Uuid::parse_str(of.contact.as_ref()?).ok());
        let Some(document) = document else { return Ok(()) };
        let reach = self.store.reach(Reach::System("contact of a reporter"));
        let Some(bytes) = reach.document(document).await?.and_then(|document| document.bytes) else { return Ok(()) };
        let contact: Contact = serde_json::from_slice(&bytes)?;
        if !contact.email.eq_ignore_ascii_case(&mail.from) {
            return Ok(());
        }
        let request = Request { route: "address by mail", ..request.clone() };
        self.address_is_read(number, secret, &request).await
    }

    /// What somebody with an account answers to a notice: a unit's person writes a note, a firm's says something more. The
    /// notice's identifier stood in a letter to her confirmed address alone, and from that address the answer must come; she
    /// may do by letter what she may do on the page, and no more. None when it answers no notice of hers.
    async fn notice_answered(
        &self,
        mail: &Mail,
        answered: &str,
        request: &Request,
    ) -> Result<Option<MailAnswer>, Error> {
        let id = answered.strip_prefix("notice.").and_then(|rest| Uuid::parse_str(rest.split('@').next()?).ok());
        let Some(id) = id else { return Ok(None) };
        let Some(notice) = self.store.notice_answered(id).await? else { return Ok(None) };
        let Some(reader) = self.reader_at(&notice.recipient, &mail.from).await? else { return Ok(None) };
        let said = match notice.kind.starts_with("problem.") {
            true => self.noted(&reader, &notice.number, mail, request).await,
            false => Err(Error::NotFound),
        };
        let (number, text) = match said {
            Ok(()) => (notice.number.as_str(), format!("已补充到 {0}。\nAdded to {0}.\n", notice.number)),
            Err(Error::Refused(fault)) => ("", format!("{}\n{}\n", fault.text.zh, fault.text.en)),
            Err(Error::Invalid(faults)) => ("", not_taken(&faults)),
            Err(Error::KeyReused) => return Ok(None),
            Err(Error::NotFound | Error::Forbidden) => (
                "",
                "该通知不能以邮件答复，请登录办理。\nThis notice is not answered by letter: sign in, please.\n"
                    .to_owned(),
            ),
            Err(other) => return Err(other),
        };
        Ok(Some(answer(mail, number, "notice", text)))
    }

    async fn noted(&self, reader: &Actor, number: &str, mail: &Mail, request: &Request) -> Result<(), Error> {
        let words = words(mail);
        let case = self.problem(reader, number).await?;
        let act = match &case.reader {
            Reader::Reporter(own) => {
                let report = case.report.filter(|id| own.contains(id)).or(own.first().copied());
                ProblemAct::Say { report: report.ok_or(Error::NotFound)?, words }
            }
            _ => ProblemAct::Send { kind: MessageKind::Note, report: None, words, confidential: false },
        };
        self.do_on_problem_with(reader, number, (&act, &files(mail)), request).await.map(drop)
    }

    /// The secret of a report, for comparing alone.
    pub(crate) async fn secret_of(&self, number: &str) -> Result<Option<String>, Error> {
        let reach = self.store.reach(Reach::System("letters"));
        let found = reach.matter_by_number(number).await?.filter(|stored| stored.kind == PROBLEM);
        let Some(stored) = found else { return Ok(None) };
        let documents = reach.documents(stored.id).await?;
        let Some((id, ..)) = documents.into_iter().find(|(_, purpose, ..)| purpose == "secret") else {
            return Ok(None);
        };
        let bytes = reach.document(id).await?.and_then(|document| document.bytes);
        Ok(bytes.and_then(|bytes| String::from_utf8(bytes).ok()))
    }
}

/// Why nobody answers a letter: a machine wrote it, or this program did.
fn unanswered(mail: &Mail, own: &[String]) -> Option<&'static str> {
    let is_own = |value: &String| own.iter().any(|own| own.eq_ignore_ascii_case(value));
    if mail.automatic.is_some() {
        mail.automatic
    } else if mail.from.is_empty() || mail.id.is_empty() {
        Some("From or Message-ID is missing")
    } else {
        (is_own(&mail.from) || mail.loops.iter().any(is_own)).then_some("X-Loop")
    }
}

/// The words of an answer; one that brings files alone says what they are.
fn words(mail: &Mail) -> Words {
    let text = match mail.text.trim() {
        "" => mail.files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join("\n"),
        text => text.to_owned(),
    };
    Words(Text::new(text.clone(), text))
}

fn files(mail: &Mail) -> Vec<Attachment> {
    mail.files.iter().map(|(name, bytes)| Attachment { name: name.clone(), bytes: bytes.clone() }).collect()
}

fn not_taken(faults: &[Fault]) -> String {
    let told = faults.iter().map(|fault| {
        format!("{} {} {}\n{} {}\n", fault.code, fault.text.zh, fault.remedy.zh, fault.text.en, fault.remedy.en)
    });
    format!("您的邮件未能登记：\nYour letter was not taken:\n{}", told.collect::<String>())
}

/// Shows that a letter answers ours, without giving the secret to whoever reads its headers.
pub(crate) fn mark(secret: &str) -> String {
    hex(&Sha256::digest(format!("mail {secret}").as_bytes())).chars().take(MARK).collect()
}

fn new_report(mail: &Mail) -> NewReport {
    let words = match (mail.subject.as_str(), mail.text.as_str()) {
        ("", text) => text.to_owned(),
        (subject, "") => subject.to_owned(),
        (subject, text) => format!("{subject}\n\n{text}"),
    };
    NewReport {
        topic: TOPIC.to_owned(),
        impact: "ordinary".to_owned(),
        urgency: "week".to_owned(),
        words,
        // Who writes is what the letter says, and no more: it is never taken for a firm with an account.
        contact: Contact { name: mail.name.clone(), email: mail.from.clone(), ..Contact::default() },
        attachments: files(mail),
        language: "zh".to_owned(),
        ..NewReport::default()
    }
}

fn answer(mail: &Mail, number: &str, mark: &str, text: String) -> MailAnswer {
    let subject = if number.is_empty() { mail.subject.clone() } else { format!("[{number}] {}", mail.subject) };
    let of = hex(&Sha256::digest(mail.id.as_bytes()));
    let of = &of[..MARK];
    MailAnswer {
        // Neither an identifier nor a file that waits to be sent begins with a dot.
        id: if number.is_empty() { format!("{mark}.{of}") } else { format!("{number}.{mark}.{of}") },
        to: mail.from.clone(),
        answers: mail.id.clone(),
        subject,
        text,
        number: number.to_owned(),
        receipt: None,
    }
}
