//! `pratique demo`: a sample port with a day of ship calls and problems in every state, made by the same use cases that serve.

mod applications;
mod cargo;
mod charges;
mod content;
mod declarations;
mod flights;
mod persons;
mod problems;
mod tables;
mod world;

use std::fs;

use domain::{Text, ship_call::Party};
use office::{Administrator, Scope};

use crate::{
    serve,
    setup::{self, Clock, Settings},
};

/// The sample accounts: name, role, firm or organ, and who it is.
const ACCOUNTS: [(&str, &str, Unit, &str, &str); 17] = [
    ("agent", "agent manager", Unit::Firm("sample-agency-a"), "船舶代理(示例)", "Ship's agent (sample)"),
    ("agent2", "agent", Unit::Firm("sample-agency-b"), "另一家船舶代理(示例)", "Another ship's agent (sample)"),
    ("msa", "officer", Unit::Organ("msa"), "海事", "Maritime safety"),
    ("customs", "officer", Unit::Organ("customs"), "海关", "Customs"),
    ("border", "officer", Unit::Organ("border"), "边检", "Border inspection"),
    ("portgroup", "operator", Unit::Organ("port_group"), "港口集团", "Port group"),
    ("guard", "guard", Unit::Organ("port_group"), "码头卡口值守", "Guard at a gate"),
    ("airline", "agent", Unit::Firm("sample-airline-f"), "航空公司(示例)", "Airline (sample)"),
    ("airport", "operator", Unit::Organ("airport_group"), "机场集团", "Airport group"),
    ("portoffice", "coordinator", Unit::Organ("port_office"), "口岸办", "Port office"),
    ("portoffice2", "coordinator", Unit::Organ("port_office"), "口岸办另一人", "Another person of the port office"),
    ("portadmin", "officer", Unit::Organ("port_administration"), "港口行政管理", "Port administration"),
    ("court", "officer", Unit::Organ("court"), "海事法院", "Maritime court"),
    ("coastguard", "officer", Unit::Organ("coast_guard"), "海警", "Coast guard"),
    ("police", "officer", Unit::Organ("police"), "公安", "Police"),
    ("clerk", "clerk", Unit::Organ("port_office"), "服务大厅窗口", "Clerk of the hall"),
    ("admin", "administrator", Unit::Organ("port_office"), "系统管理员", "Administrator of the port"),
];

/// The password of every sample account.
const PASSWORD: &str = "sample-port";

/// What is made besides the calls, on the bar.
const PARTS: u64 = 8;

/// The agent's API key is written here, within the data folder.
const KEY_FILE: &str = "sample-api-key.txt";

enum Unit {
    Firm(&'static str),
    Organ(&'static str),
}

impl Unit {
    fn party(&self) -> Party {
        match self {
            Unit::Firm(code) => Party::Firm((*code).to_owned()),
            Unit::Organ(code) => Party::Organ((*code).to_owned()),
        }
    }
}

/// Makes the sample port when the store is empty, and serves it.
pub fn demo(settings: &Settings, listen: &str, no_serve: bool) -> Result<(), String> {
    setup::run(async {
        let clock = Clock::default();
        let office = setup::open(settings, &clock).await?;
        let key_file = settings.data().join(KEY_FILE);
        if office.store.user("agent").await.map_err(|error| error.to_string())?.is_none() {
            // The sample accounts' password is public: they do not belong beside people of a real port.
            if !office
                .people(&Administrator::operator("sample"))
                .await
                .map_err(|error| format!("{error:?}"))?
                .is_empty()
            {
                return Err("this store has people of its own; give demo an empty folder with --data".to_owned());
            }
            let bar = setup::bar("sample calls", world::CALLS + PARTS);
            let part = |name: &'static str| {
                bar.inc(1);
                bar.set_message(name);
            };
            people(&office).await.map_err(|error| format!("{error:?}"))?;
            world::make(&office, &clock, &|| bar.inc(1)).await?;
            part("problems");
            problems::make(&office, &clock).await.map_err(|error| format!("sample problems: {error:?}"))?;
            part("applications");
            applications::make(&office, &clock).await.map_err(|error| format!("sample applications: {error:?}"))?;
            part("flights");
            flights::make(&office, &clock).await.map_err(|error| format!("sample flights: {error:?}"))?;
            part("declarations");
            declarations::make(&office, &clock).await.map_err(|error| format!("sample declarations: {error:?}"))?;
            part("goods");
            cargo::make(&office, &clock).await.map_err(|error| format!("sample goods: {error:?}"))?;
            part("permits");
            persons::make(&office, &clock).await.map_err(|error| format!("sample permits: {error:?}"))?;
            part("charges");
            charges::make(&office, &clock).await.map_err(|error| format!("sample bill: {error:?}"))?;
            part("tables");
            clock.shift(0);
            tables::make(&office).await.map_err(|error| format!("sample change of a table: {error:?}"))?;
            let year = 365 * 24 * domain::instant::HOUR;
            let now = clock.now().0;
            let by = Administrator::operator("sample");
            let mandate = office.mandate(&by, "sample-agency-a", "sample-line-c", (now - year, now + year));
            mandate.await.map_err(|error| format!("{error:?}"))?;
            let firm = ACCOUNTS[0].2.party();
            let key = office.admit_system(&by, "sample-system", &firm, Scope::ALL).await;
            let key = key.map_err(|error| format!("{error:?}"))?;
            fs::write(&key_file, &key).map_err(|error| format!("{}: {error}", key_file.display()))?;
            bar.finish_and_clear();
        }
        clock.shift(0);
        setup::say(&format!(
            "Sample port. Sign in at http://{listen}/sign-in with one of these names and the password {PASSWORD}:"
        ));
        for (name, _, _, _, en) in &ACCOUNTS {
            setup::say(&format!("  {name:<11} {en}"));
        }
        setup::say(&format!("An API key of the agent: {}", key_file.display()));
        if no_serve {
            office.sequence().await.map_err(|error| format!("{error:?}"))?;
            office.store.close().await;
            return Ok(());
        }
        let accounts = ACCOUNTS
            .iter()
            .map(|(name, _, _, zh, en)| (Text::new(*zh, *en), (*name).to_owned(), PASSWORD.to_owned()))
            .collect();
        serve::run(settings, office, listen, accounts).await
    })
}

async fn people(office: &office::Office) -> Result<(), office::Error> {
    for (name, role, unit, ..) in &ACCOUNTS {
        let language = if *name == "agent2" { "en" } else { "zh" };
        office.add_user(name, PASSWORD, &unit.party(), role, language).await?;
    }
    Ok(())
}
