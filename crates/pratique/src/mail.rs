//! The mailbox folder: letters come as files in `new`, and leave for `taken`, `ignored` or `refused`; what is answered is
//! written to `out`, from where the relay takes it, or the machine's own mail program.

use std::{
    collections::HashMap,
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use lettre::message::{Attachment, Mailbox, Message, MultiPart, SinglePart, header::ContentType};
use office::{
    Office,
    problems::{MailAnswer, MailTaken},
};
use web::metrics::Metrics;

/// A letter may have so many bytes: five files of five megabytes, written as text.
const LARGEST: u64 = 36 << 20;
/// So many bytes of a larger one are read.
const HEAD: u64 = 64 << 10;
/// So many letters are looked at at once.
const AT_ONCE: usize = 50;
/// So many letters of one sender are taken in an hour; the rest of them wait, and nobody else's with them.
const OF_A_SENDER: usize = 20;
/// A letter that failed so often for a fault of ours is set aside.
const TRIES: i64 = 3;
/// The mark of a letter that this program wrote.
const LOOP: &str = "pratique-problems";

/// A mailbox folder.
pub struct Post {
    folder: PathBuf,
    /// The address that letters are sent to, and from which they are answered.
    address: Mailbox,
    /// When each sender's letters of the last hour were taken, microseconds UTC.
    senders: HashMap<String, Vec<i64>>,
    /// How often each letter failed for a fault of ours.
    tries: HashMap<String, i64>,
}

impl Post {
    /// Opens a mailbox folder, with the folders in it.
    ///
    /// # Errors
    /// Words, when the folder cannot be made or the address is none.
    pub fn open(folder: &Path, address: &str) -> Result<Post, String> {
        for part in ["new", "taken", "ignored", "refused", "failed", "out", "sent"] {
            let path = folder.join(part);
            fs::create_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        let address = address.parse().map_err(|error| format!("{address}: {error}"))?;
        Ok(Post { folder: folder.to_owned(), address, senders: HashMap::new(), tries: HashMap::new() })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Takes what lies in `new`, the oldest name first. A letter that cannot be taken now stays.
    pub async fn look(&mut self, office: &Office, metrics: &Metrics) {
        let mut letters = match names(&self.folder.join("new")) {
            Ok(letters) => letters,
            Err(error) => return tracing::error!(%error, "the mailbox folder"),
        };
        metrics.letters_wait(letters.len());
        letters.truncate(AT_ONCE);
        for letter in letters {
            match self.take(office, &letter).await {
                Ok(Some(to)) => {
                    metrics.letter(to);
                    let moved = fs::rename(self.folder.join("new").join(&letter), self.folder.join(to).join(&letter));
                    if let Err(error) = moved {
                        tracing::error!(%error, "a letter cannot be put away");
                    }
                    self.settle(office, &letter).await;
                }
                Ok(None) => {}
                // It is taken later under the same identifier, and does not become a second report.
                Err(error @ (office::Error::Full | office::Error::Unavailable)) => {
                    tracing::error!(?error, "a letter waits");
                }
                Err(error) => {
                    metrics.letter("failed");
                    self.fail(office, letter, &error).await;
                }
            }
        }
    }

    /// A letter that was set aside before and is taken now is no trouble any more.
    async fn settle(&mut self, office: &Office, letter: &str) {
        self.tries.remove(letter);
        if let Err(error) = office.store.settle_all("mail", letter.as_bytes()).await {
            tracing::error!(?error, "a letter cannot be settled");
        }
    }

    /// Counts that a letter failed. One that fails three times is set aside, so that the log is not full of it and the
    /// operator is told; moved back into `new` it is tried again.
    async fn fail(&mut self, office: &Office, letter: String, error: &office::Error) {
        let tries = self.tries.entry(letter.clone()).or_default();
        *tries += 1;
        tracing::error!(?error, tries = *tries, "a letter failed");
        if *tries < TRIES {
            return;
        }
        let reason = format!("{letter}: {error:?}");
        if let Err(error) = office.store.set_aside("mail", *tries, &reason, letter.as_bytes()).await {
            return tracing::error!(?error, "a letter cannot be set aside");
        }
        self.tries.remove(&letter);
        if let Err(error) = fs::rename(self.folder.join("new").join(&letter), self.folder.join("failed").join(&letter))
        {
            tracing::error!(%error, "a letter cannot be put away");
        }
    }

    /// Where the letter goes; none when it waits for its sender's next hour.
    async fn take(&mut self, office: &Office, letter: &str) -> Result<Option<&'static str>, office::Error> {
        let internal = |error: io::Error| office::Error::Internal(error.to_string());
        let path = self.folder.join("new").join(letter);
        let too_large = fs::metadata(&path).map_err(internal)?.len() > LARGEST;
        // Of a letter that is too large its head is read, so that its sender is told.
        let mut bytes = Vec::new();
        let most = if too_large { HEAD } else { LARGEST };
        fs::File::open(&path).and_then(|file| file.take(most).read_to_end(&mut bytes)).map_err(internal)?;
        let now = office.now().0;
        let from = messages::mail::read(&bytes).from;
        let taken = self.senders.entry(from).or_default();
        taken.retain(|at| now - at < domain::instant::HOUR);
        if taken.len() >= OF_A_SENDER {
            return Ok(None);
        }
        taken.push(now);
        let own = [self.address.email.to_string(), LOOP.to_owned()];
        // In a task of its own, so that a letter on which the program stumbles does not end the taking of letters.
        let office = office.clone();
        let taken = tokio::spawn(async move {
            if too_large { Ok(office.refuse_mail(&bytes, &own)) } else { office.take_mail(&bytes, &own).await }
        });
        match taken.await.map_err(|error| office::Error::Internal(error.to_string()))?? {
            MailTaken::Ignored(why) => {
                tracing::info!(why, "a letter is not answered");
                Ok(Some("ignored"))
            }
            MailTaken::Answered(answer) => {
                let refused = answer.number.is_empty();
                self.write(&answer, now)?;
                Ok(Some(if refused { "refused" } else { "taken" }))
            }
        }
    }

    /// Writes an answer to `out`: under another name first, so that no half of it is sent.
    fn write(&self, answer: &MailAnswer, now: i64) -> Result<(), office::Error> {
        let internal = |error: String| office::Error::Internal(error);
        let host = self.address.email.domain();
        // A sender whose address cannot be written to is not answered; the report stands.
        let Ok(to) = answer.to.parse::<Mailbox>() else { return Ok(()) };
        let date = SystemTime::UNIX_EPOCH + Duration::from_micros(u64::try_from(now).unwrap_or(0));
        let letter = Message::builder()
            .from(self.address.clone())
            .to(to)
            .subject(answer.subject.clone())
            .date(date)
            .message_id(Some(format!("<{}@{host}>", answer.id)))
            .in_reply_to(format!("<{}>", answer.answers))
            .references(format!("<{}>", answer.answers))
            .header(AutoSubmitted)
            .header(XLoop);
        let letter = match &answer.receipt {
            None => letter.header(ContentType::TEXT_PLAIN).body(answer.text.clone()),
            Some(receipt) => {
                let kind = ContentType::parse("application/json").map_err(|error| internal(error.to_string()))?;
                let file = Attachment::new(format!("receipt-{}.json", answer.number)).body(receipt.clone(), kind);
                let words = SinglePart::plain(answer.text.clone());
                letter.multipart(MultiPart::mixed().singlepart(words).singlepart(file))
            }
        };
        let letter = letter.map_err(|error| internal(error.to_string()))?;
        let out = self.folder.join("out");
        let (part, whole) = (out.join(format!(".{}.part", answer.id)), out.join(format!("{}.eml", answer.id)));
        fs::write(&part, letter.formatted()).map_err(|error| internal(error.to_string()))?;
        fs::rename(&part, &whole).map_err(|error| internal(error.to_string()))
    }
}

/// Names of the files of a folder, in order; those that begin with a dot are still being written.
pub fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Nobody's program answers an answer (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;
/// The same for a letter that nobody asked for.
#[derive(Clone)]
pub struct AutoGenerated;
/// The mark by which a loop is known.
#[derive(Clone)]
pub struct XLoop;

macro_rules! constant_header {
    ($header:ident, $name:literal, $value:expr) => {
        impl lettre::message::header::Header for $header {
            fn name() -> lettre::message::header::HeaderName {
                lettre::message::header::HeaderName::new_from_ascii_str($name)
            }

            fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Ok($header)
            }

            fn display(&self) -> lettre::message::header::HeaderValue {
                lettre::message::header::HeaderValue::new(Self::name(), $value.to_owned())
            }
        }
    };
}

constant_header!(AutoSubmitted, "Auto-Submitted", "auto-replied");
constant_header!(AutoGenerated, "Auto-Submitted", "auto-generated");
constant_header!(XLoop, "X-Loop", LOOP);
