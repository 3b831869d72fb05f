//! `pratique firm`, `user`, `mandate`, `key`: who may do what in a port that is not a sample.

use std::io::{self, BufRead};

use clap::Subcommand;
use domain::{Instant, Text};
use office::{CompanyRecord, Error, Office};
use serde_json::json;

use crate::setup::{self, Clock, Settings};

/// What to do with firms.
#[derive(Subcommand)]
pub enum Firm {
    /// Records a firm, or a new version of its record.
    Add {
        /// Its code in this port, for example `blue-agency`.
        code: String,
        /// Its Chinese name.
        #[arg(long)]
        name_zh: String,
        /// Its English name.
        #[arg(long)]
        name_en: String,
        /// What it is.
        #[arg(long, default_value = "agent", value_parser = ["agent", "line", "forwarder"])]
        role: String,
        /// Unified social credit code, or its like abroad.
        #[arg(long, default_value = "")]
        registration: String,
        /// Telephone.
        #[arg(long, default_value = "")]
        phone: String,
    },
    /// Lists every firm.
    List {
        /// Prints one JSON object a line.
        #[arg(long)]
        json: bool,
    },
}

/// What to do with people.
#[derive(Subcommand)]
pub enum User {
    /// Adds a person. The password is made and printed once, unless it is read.
    Add {
        /// The name to sign in with.
        name: String,
        /// `firm:CODE` or `organ:CODE`.
        #[arg(long)]
        party: String,
        /// `agent` in a firm; `officer`, `operator`, `coordinator` or `administrator` in an organ. By default what fits the
        /// party.
        #[arg(long)]
        role: Option<String>,
        /// Language of the pages.
        #[arg(long, default_value = "zh", value_parser = ["zh", "en"])]
        lang: String,
        /// Reads the password from the first line of standard input.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Gives a new password and ends the person's sessions.
    Reset {
        /// The name to sign in with.
        name: String,
        /// Reads the password from the first line of standard input.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Lets a person sign in no more, at once; `reset` lets her in again.
    Disable {
        /// The name to sign in with.
        name: String,
    },
    /// Lists everybody.
    List {
        /// Prints one JSON object a line.
        #[arg(long)]
        json: bool,
    },
}

/// What to do with mandates.
#[derive(Subcommand)]
pub enum Mandate {
    /// Lets a firm act for another.
    Add {
        /// The firm that acts.
        #[arg(long)]
        agent: String,
        /// The firm for which it acts.
        #[arg(long)]
        principal: String,
        /// First day in the port's zone, or an instant with its zone; now by default.
        #[arg(long)]
        from: Option<String>,
        /// Last day (included), or the instant at which it ends.
        #[arg(long)]
        until: String,
    },
    /// Ends the mandates of a firm for another, from now on.
    End {
        /// The firm that acts.
        #[arg(long)]
        agent: String,
        /// The firm for which it acts.
        #[arg(long)]
        principal: String,
    },
    /// Lists the mandates that a firm gave or holds.
    List {
        /// The firm.
        firm: String,
        /// Prints one JSON object a line.
        #[arg(long)]
        json: bool,
    },
}

/// What to do with systems' keys.
#[derive(Subcommand)]
pub enum Key {
    /// Makes a key for a system; it is printed once.
    Add {
        /// The system's name.
        name: String,
        /// `firm:CODE` or `organ:CODE`.
        #[arg(long)]
        party: String,
    },
    /// Revokes the keys of a system, from the next call on.
    End {
        /// The system's name.
        name: String,
        /// `firm:CODE` or `organ:CODE`.
        #[arg(long)]
        party: String,
    },
}

/// Firms.
pub fn firm(settings: &Settings, what: Firm) -> Result<(), String> {
    with_office(settings, async |office| match what {
        Firm::Add { code, name_zh, name_en, role, registration, phone } => {
            let name = Text::new(name_zh, name_en);
            let record = CompanyRecord { code: code.clone(), name, registration, kind: role, phone };
            office.record_firm(&record).await?;
            setup::talk(&format!("pratique: firm {code} is recorded"));
            Ok(())
        }
        Firm::List { json } => {
            for firm in office.firms().await? {
                let plain = format!("{}\t{}\t{} / {}", firm.code, firm.kind, firm.name.zh, firm.name.en);
                setup::say(&if json { serde_json::to_string(&firm)? } else { plain });
            }
            Ok(())
        }
    })
}

/// People.
pub fn user(settings: &Settings, what: User) -> Result<(), String> {
    with_office(settings, async |office| match what {
        User::Add { name, party, role, lang, password_stdin } => {
            let party = office.known_party(&party).await?;
            let role = role.unwrap_or_else(|| Office::usual_role(&party).to_owned());
            let password = Password::get(office, password_stdin)?;
            office.admit(&name, &password.words, &party, &role, &lang).await?;
            password.tell(&name);
            Ok(())
        }
        User::Reset { name, password_stdin } => {
            let password = Password::get(office, password_stdin)?;
            office.reset_password(&name, &password.words).await?;
            password.tell(&name);
            Ok(())
        }
        User::Disable { name } => {
            office.disable(&name).await?;
            setup::talk(&format!("pratique: {name} cannot sign in any more"));
            Ok(())
        }
        User::List { json } => {
            for person in office.people().await? {
                let ended = if person.may_sign_in { "" } else { "\tdisabled" };
                let plain = format!("{}\t{}\t{}\t{}{ended}", person.name, person.party, person.role, person.language);
                setup::say(&if json { serde_json::to_string(&person)? } else { plain });
            }
            Ok(())
        }
    })
}

/// Mandates.
pub fn mandate(settings: &Settings, what: Mandate) -> Result<(), String> {
    with_office(settings, async |office| match what {
        Mandate::Add { agent, principal, from, until } => {
            let from = from.map_or(Ok(office.now()), |text| moment(office, &text, 0))?;
            let until = moment(office, &until, 1)?;
            office.mandate(&agent, &principal, (from.0, until.0)).await?;
            setup::talk(&format!(
                "pratique: {agent} acts for {principal} from {} until {}",
                from.in_zone(&office.profile.zone),
                until.in_zone(&office.profile.zone)
            ));
            Ok(())
        }
        Mandate::End { agent, principal } => {
            office.end_mandate(&agent, &principal).await?;
            setup::talk(&format!("pratique: {agent} acts for {principal} no more"));
            Ok(())
        }
        Mandate::List { firm, json } => {
            office.known_party(&format!("firm:{firm}")).await?;
            for mandate in office.store.mandates_of(&firm).await? {
                let zone = &office.profile.zone;
                let (from, until) = (Instant(mandate.from).in_zone(zone), Instant(mandate.until).in_zone(zone));
                let ended = mandate.revoked_at.map(|at| Instant(at).in_zone(zone));
                let (agent, principal) = (mandate.agent, mandate.principal);
                let plain = format!("{agent}\t{principal}\t{from}\t{until}\t{}", ended.as_deref().unwrap_or("-"));
                let line =
                    json!({"agent": agent, "principal": principal, "from": from, "until": until, "ended": ended});
                setup::say(&if json { line.to_string() } else { plain });
            }
            Ok(())
        }
    })
}

/// Keys of systems.
pub fn key(settings: &Settings, what: Key) -> Result<(), String> {
    with_office(settings, async |office| match what {
        Key::Add { name, party } => {
            let party = office.known_party(&party).await?;
            setup::say(&office.admit_system(&name, &party).await?);
            setup::talk("pratique: this key is not shown again");
            Ok(())
        }
        Key::End { name, party } => {
            let party = office.known_party(&party).await?;
            office.dismiss_system(&name, &party).await?;
            setup::talk(&format!("pratique: the keys of {name} are revoked"));
            Ok(())
        }
    })
}

/// Opens the office, works, and closes it.
fn with_office(settings: &Settings, work: impl AsyncFnOnce(&Office) -> Result<(), Error>) -> Result<(), String> {
    setup::run(async {
        let office = setup::open(settings, &Clock::default()).await?;
        let done = work(&office).await;
        office.store.close().await;
        done.map_err(|error| setup::words(&error))
    })
}

/// A password, and whether it was made here.
struct Password {
    words: String,
    made: bool,
}

impl Password {
    fn get(office: &Office, from_stdin: bool) -> Result<Password, Error> {
        if !from_stdin {
            let bytes = office.chance();
            let words = bytes[..10].iter().map(|byte| format!("{byte:02x}")).collect();
            return Ok(Password { words, made: true });
        }
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Password { words: line.trim_end_matches(['\r', '\n']).to_owned(), made: false })
    }

    /// Only what was made here is shown; it stands alone on its line of standard output.
    fn tell(&self, name: &str) {
        if self.made {
            setup::talk(&format!("pratique: {name} signs in with this password; it is not shown again"));
            setup::say(&self.words);
        } else {
            setup::talk(&format!("pratique: {name} signs in with the password that was read"));
        }
    }
}

/// An instant, or the begin of a day in the port's zone, `more` days later.
fn moment(office: &Office, text: &str, more: i64) -> Result<Instant, Error> {
    if let Some(at) = Instant::parse(text) {
        return Ok(at);
    }
    let day = text.parse::<jiff::civil::Date>().and_then(|day| day.checked_add(jiff::Span::new().days(more)));
    let at = day.and_then(|day| office.profile.zone.to_timestamp(day.to_datetime(jiff::civil::Time::midnight())));
    at.map(Instant::from).map_err(|_| Error::Invalid(vec![no_moment(text)]))
}

fn no_moment(text: &str) -> domain::Fault {
    domain::Fault::new(
        domain::Severity::Error,
        "PQ-PEOPLE-005",
        "",
        Text::new(format!("“{text}” 不是日期或时间。"), format!("\"{text}\" is no day or instant.")),
        Text::new(
            "请填写如 2026-12-31 或 2026-12-31T08:00:00+08:00。",
            "Write it like 2026-12-31 or 2026-12-31T08:00:00+08:00.",
        ),
    )
}
