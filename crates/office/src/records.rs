//! Records of ships and companies: entered once, used by every call, with source and age.

use domain::{Instant, Text, ship_call::Ship};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Actor, Error, Office, Right};

/// A record of a ship.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ShipRecord {
    /// The ship.
    pub ship: Ship,
    /// MMSI, nine digits.
    #[serde(default)]
    pub mmsi: String,
    /// Deadweight, tonnes.
    #[serde(default)]
    pub deadweight: i64,
    /// Port of registry.
    #[serde(default)]
    pub port_of_registry: String,
    /// Owner, operator.
    #[serde(default)]
    pub owner: String,
    /// Operator.
    #[serde(default)]
    pub operator: String,
    /// The organ that compared it with the ship's certificates; empty while none has.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub confirmed_by: String,
    /// The receipt of the act that stated this version; none for what came before acts on records had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Uuid>,
}

/// A record of a company.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct CompanyRecord {
    /// Code in this port, `sample-agency`.
    pub code: String,
    /// Name.
    pub name: Text,
    /// Unified social credit code, or its like abroad.
    #[serde(default)]
    pub registration: String,
    /// What it is: `agent`, `carrier`, `forwarder`…
    #[serde(default)]
    pub kind: String,
    /// Telephone.
    #[serde(default)]
    pub phone: String,
}

/// A record with where it comes from.
#[derive(Clone, Debug)]
pub struct Recorded<T> {
    /// The record.
    pub record: T,
    /// Who gave it.
    pub source: String,
    /// When.
    pub at: Instant,
    /// Its version, from 1.
    pub version: i64,
}

impl Office {
    /// The ship of an IMO number.
    pub async fn ship(&self, actor: &Actor, imo: &str) -> Result<Recorded<ShipRecord>, Error> {
        actor.require(Right::ReadCalls)?;
        self.recorded("ship", imo).await?.ok_or(Error::NotFound)
    }

    /// Ships of this port's records, by key.
    pub async fn ships(&self, actor: &Actor, after: Option<&str>) -> Result<Vec<Recorded<ShipRecord>>, Error> {
        actor.require(Right::ReadCalls)?;
        self.all_recorded("ship", after).await
    }

    /// Companies of this port's records.
    pub async fn companies(&self, actor: &Actor, after: Option<&str>) -> Result<Vec<Recorded<CompanyRecord>>, Error> {
        actor.require(Right::ReadCalls)?;
        self.all_recorded("company", after).await
    }

    /// The company of a code.
    pub async fn company(&self, actor: &Actor, code: &str) -> Result<Recorded<CompanyRecord>, Error> {
        actor.require(Right::ReadCalls)?;
        self.recorded("company", code).await?.ok_or(Error::NotFound)
    }

    /// The ship's agents of this port's records, by code.
    ///
    /// # Errors
    /// The store's own.
    pub async fn agents(&self, actor: &Actor) -> Result<Vec<CompanyRecord>, Error> {
        let mut agents: Vec<CompanyRecord> = Vec::new();
        let mut after = None;
        // A port has a few hundred firms; what is longer than this page is typed as a code.
        for _ in 0..10 {
            let page = self.companies(actor, after.as_deref()).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.record.code.clone());
            agents.extend(page.into_iter().map(|recorded| recorded.record).filter(|record| record.kind == "agent"));
        }
        Ok(agents)
    }

    /// Firms that fit what a caller says of her own: part of the name, the code or the registration, or the end of the
    /// telephone number; at most `most`, in the order of their codes.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for firms: they do not look each other up here.
    pub async fn find_firms(&self, actor: &Actor, words: &str, most: usize) -> Result<Vec<CompanyRecord>, Error> {
        actor.require(Right::HandleProblems)?;
        self.firms_that_fit(words, most).await
    }

    pub(crate) async fn firms_that_fit(&self, words: &str, most: usize) -> Result<Vec<CompanyRecord>, Error> {
        let firms = self.firms().await?.into_iter();
        Ok(firms.filter(|firm| fits(firm, words)).take(most).collect())
    }

    /// True when a company of the records is a ship's agent.
    pub(crate) async fn is_agent(&self, code: &str) -> Result<bool, Error> {
        let company = self.recorded::<CompanyRecord>("company", code).await?;
        Ok(company.is_some_and(|company| company.record.kind == "agent"))
    }

    /// Writes a record as a source gave it. For sign-up, samples and this module.
    pub async fn put_record<T: Serialize>(&self, kind: &str, key: &str, record: &T, source: &str) -> Result<(), Error> {
        let json = serde_json::to_string(record)?;
        Ok(self.store.put_record(kind, key, &json, source).await?)
    }

    pub(crate) async fn recorded<T: for<'de> Deserialize<'de>>(
        &self,
        kind: &str,
        key: &str,
    ) -> Result<Option<Recorded<T>>, Error> {
        self.store.record(kind, key).await?.map(read).transpose()
    }

    pub(crate) async fn all_recorded<T: for<'de> Deserialize<'de>>(
        &self,
        kind: &str,
        after: Option<&str>,
    ) -> Result<Vec<Recorded<T>>, Error> {
        self.store.records(kind, after.unwrap_or(""), 50).await?.into_iter().map(read).collect()
    }
}

/// A telephone number is told by its last digits, at least so many: callers leave country and area out.
const FEWEST_DIGITS: usize = 4;
/// No more than these are compared, since areas are dialled in different ways.
const LAST_DIGITS: usize = 8;

fn fits(firm: &CompanyRecord, words: &str) -> bool {
    let wanted = words.trim().to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&wanted);
    let named = has(&firm.code) || has(&firm.registration) || has(&firm.name.zh) || has(&firm.name.en);
    !wanted.is_empty() && (named || rings(&firm.phone, &wanted))
}

fn rings(phone: &str, typed: &str) -> bool {
    let digits = |text: &str| text.bytes().rev().filter(u8::is_ascii_digit).take(LAST_DIGITS).collect::<Vec<u8>>();
    let is_phone = typed.chars().all(|letter| letter.is_ascii_digit() || "+-() ".contains(letter));
    let (phone, typed) = (digits(phone), digits(typed));
    let compared = phone.len().min(typed.len());
    is_phone && compared >= FEWEST_DIGITS && phone[..compared] == typed[..compared]
}

fn read<T: for<'de> Deserialize<'de>>(row: store::records::Record) -> Result<Recorded<T>, Error> {
    Ok(Recorded {
        record: serde_json::from_str(&row.json)?,
        source: row.source,
        at: Instant(row.recorded_at),
        version: row.version,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_is_found_by_name_number_or_telephone() {
        let firm = CompanyRecord {
            code: "blue-agency".to_owned(),
            name: Text::new("蓝海船舶代理", "Blue Agency"),
            registration: "91210200MA0000001X".to_owned(),
            phone: "+86 411 8260 1234".to_owned(),
            ..CompanyRecord::default()
        };
        for words in ["blue", "蓝海", "ma0000001x", "8260 1234", "0411-82601234", "1234"] {
            assert!(fits(&firm, words), "{words}");
        }
        for words in ["", " ", "234", "8260 1235", "red", "1234 5"] {
            assert!(!fits(&firm, words), "{words}");
        }
    }
}
