//! `pratique firm`, `user`, `mandate`, `key`: who may do what in a port that is not a sample.

use clap::Subcommand;
use domain::{Instant, Text};
use office::{Administrator, CompanyRecord, Error, NewPerson, Office, Scope};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::told::Told;

/// What to do with firms.
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
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
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
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
        /// She manages the people of her firm or organ.
        #[arg(long)]
        manager: bool,
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
    /// Lets a person manage the people of her firm or organ.
    Appoint {
        /// The name to sign in with.
        name: String,
        /// No more.
        #[arg(long)]
        end: bool,
    },
    /// Lists everybody.
    List {
        /// Prints one JSON object a line.
        #[arg(long)]
        json: bool,
    },
}

/// What to do with mandates.
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
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
#[derive(Clone, Debug, Subcommand, Serialize, Deserialize)]
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
    /// Lists the systems of a firm or organ that have a key.
    List {
        /// `firm:CODE` or `organ:CODE`.
        #[arg(long)]
        party: String,
        /// Prints one JSON object a line.
        #[arg(long)]
        json: bool,
    },
}

impl User {
    /// True when a password is to be read.
    pub fn reads_password(&self) -> bool {
        matches!(self, User::Add { password_stdin: true, .. } | User::Reset { password_stdin: true, .. })
    }
}

/// Firms.
pub async fn firm(office: &Office, by: &Administrator, what: Firm) -> Result<Told, Error> {
    let mut told = Told::default();
    match what {
        Firm::Add { code, name_zh, name_en, role, registration, phone } => {
            let name = Text::new(name_zh, name_en);
            let record = CompanyRecord { code: code.clone(), name, registration, kind: role, phone };
            office.record_firm(by, &record).await?;
            told.talk(format!("pratique: firm {code} is recorded"));
        }
        Firm::List { json } => {
            for firm in office.firms().await? {
                let plain = format!("{}\t{}\t{} / {}", firm.code, firm.kind, firm.name.zh, firm.name.en);
                told.say(if json { serde_json::to_string(&firm)? } else { plain });
            }
        }
    }
    Ok(told)
}

/// People; `typed` is the password that was read.
pub async fn user(office: &Office, by: &Administrator, what: User, typed: Option<String>) -> Result<Told, Error> {
    let mut told = Told::default();
    match what {
        User::Add { name, party, role, lang, manager, .. } => {
            let party = office.known_party(&party).await?;
            let role = role.unwrap_or_else(|| Office::usual_role(&party).to_owned());
            let password = Password::get(office, typed);
            let new = NewPerson {
                name: name.clone(),
                password: password.words.clone(),
                party,
                role,
                language: lang,
                manager,
            };
            office.admit(by, &new).await?;
            password.tell(&name, &mut told);
        }
        User::Reset { name, .. } => {
            let password = Password::get(office, typed);
            office.reset_password(by, &name, &password.words).await?;
            password.tell(&name, &mut told);
        }
        User::Disable { name } => {
            office.disable(by, &name).await?;
            told.talk(format!("pratique: {name} cannot sign in any more"));
        }
        User::Appoint { name, end } => {
            office.appoint(by, &name, !end).await?;
            let now = if end { "no more manages" } else { "manages" };
            told.talk(format!("pratique: {name} {now} the people of her unit"));
        }
        User::List { json } => {
            for person in office.people(by).await? {
                let ended = if person.may_sign_in { "" } else { "\tdisabled" };
                let manages = if person.manager { "\tmanager" } else { "" };
                let plain =
                    format!("{}\t{}\t{}\t{}{manages}{ended}", person.name, person.party, person.role, person.language);
                told.say(if json { serde_json::to_string(&person)? } else { plain });
            }
        }
    }
    Ok(told)
}

/// Mandates.
pub async fn mandate(office: &Office, by: &Administrator, what: Mandate) -> Result<Told, Error> {
    let (mut told, zone) = (Told::default(), &office.profile.zone);
    match what {
        Mandate::Add { agent, principal, from, until } => {
            let from = from.map_or(Ok(office.now()), |text| moment(office, &text, 0))?;
            let until = moment(office, &until, 1)?;
            office.mandate(by, &agent, &principal, (from.0, until.0)).await?;
            let (from, until) = (from.in_zone(zone), until.in_zone(zone));
            told.talk(format!("pratique: {agent} acts for {principal} from {from} until {until}"));
        }
        Mandate::End { agent, principal } => {
            office.end_mandate(by, &agent, &principal).await?;
            told.talk(format!("pratique: {agent} acts for {principal} no more"));
        }
        Mandate::List { firm, json } => {
            office.known_party(&format!("firm:{firm}")).await?;
            for mandate in office.store.mandates_of(&firm).await? {
                let (from, until) = (Instant(mandate.from).in_zone(zone), Instant(mandate.until).in_zone(zone));
                let ended = mandate.revoked_at.map(|at| Instant(at).in_zone(zone));
                let (agent, principal) = (mandate.agent, mandate.principal);
                let plain = format!("{agent}\t{principal}\t{from}\t{until}\t{}", ended.as_deref().unwrap_or("-"));
                let line =
                    json!({"agent": agent, "principal": principal, "from": from, "until": until, "ended": ended});
                told.say(if json { line.to_string() } else { plain });
            }
        }
    }
    Ok(told)
}

/// Keys of systems.
pub async fn key(office: &Office, by: &Administrator, what: Key) -> Result<Told, Error> {
    let mut told = Told::default();
    match what {
        Key::Add { name, party } => {
            let party = office.known_party(&party).await?;
            told.say(office.admit_system(by, &name, &party, Scope::ALL).await?);
            told.talk("pratique: this key is not shown again");
        }
        Key::End { name, party } => {
            let party = office.known_party(&party).await?;
            office.dismiss_system(by, &name, &party).await?;
            told.talk(format!("pratique: the keys of {name} are revoked"));
        }
        Key::List { party, json } => {
            let party = office.known_party(&party).await?;
            for (name, scopes, since) in office.systems_of(&party).await? {
                let since = since.in_zone(&office.profile.zone);
                let plain = format!("{name}\t{}\t{since}", scopes.join(","));
                let line = json!({"name": name, "scopes": scopes, "since": since});
                told.say(if json { line.to_string() } else { plain });
            }
        }
    }
    Ok(told)
}

/// A password, and whether it was made here.
struct Password {
    words: String,
    made: bool,
}

impl Password {
    fn get(office: &Office, typed: Option<String>) -> Password {
        match typed {
            Some(words) => Password { words, made: false },
            None => Password { words: office.made_password(), made: true },
        }
    }

    /// Only what was made here is shown; it stands alone on its line of standard output.
    fn tell(&self, name: &str, told: &mut Told) {
        if self.made {
            told.talk(format!("pratique: {name} signs in with this password; it is not shown again"));
            told.say(self.words.clone());
        } else {
            told.talk(format!("pratique: {name} signs in with the password that was read"));
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
