//! Records of ships for systems: read by whoever reads calls, stated by whom the table `ship-records` lets. A system that
//! announces a ship for the first time needs nobody at a page.

use axum::{body::Bytes, extract::Path, http::StatusCode, response::Response};
use domain::{Text, ship_call::Ship};
use office::{Recorded, ShipRecord, ShipRight};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    Caller, Problem,
    calls::{instant, parse},
    json_answer,
};

/// A record as systems state it; her number stands in the address.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Stated {
    name: Text,
    ship_type: String,
    flag: String,
    #[serde(default)]
    call_sign: String,
    #[serde(default)]
    mmsi: String,
    #[serde(default)]
    gross_tonnage: i64,
    #[serde(default)]
    deadweight: i64,
    #[serde(default)]
    length: i64,
    #[serde(default)]
    port_of_registry: String,
    #[serde(default)]
    owner: String,
    #[serde(default)]
    operator: String,
}

impl Stated {
    fn record(self, imo: String) -> ShipRecord {
        ShipRecord {
            ship: Ship {
                imo,
                name: self.name,
                ship_type: self.ship_type,
                flag: self.flag.trim().to_uppercase(),
                call_sign: self.call_sign.trim().to_uppercase(),
                gross_tonnage: self.gross_tonnage,
                length: self.length,
            },
            mmsi: self.mmsi,
            deadweight: self.deadweight,
            port_of_registry: self.port_of_registry,
            owner: self.owner,
            operator: self.operator,
            ..ShipRecord::default()
        }
    }

    fn of(record: &ShipRecord) -> Stated {
        let ShipRecord { ship, mmsi, deadweight, port_of_registry, owner, operator, .. } = record.clone();
        Stated {
            name: ship.name,
            ship_type: ship.ship_type,
            flag: ship.flag,
            call_sign: ship.call_sign,
            mmsi,
            gross_tonnage: ship.gross_tonnage,
            deadweight,
            length: ship.length,
            port_of_registry,
            owner,
            operator,
        }
    }
}

/// `GET /api/v1/ships/{imo}`
pub async fn show(caller: Caller, Path(imo): Path<String>) -> Result<Response, Problem> {
    let Recorded { record, source, at, version } = caller.app.office.ship(&caller.actor, &imo).await?;
    let confirmed = (!record.confirmed_by.is_empty()).then_some(&record.confirmed_by);
    let body = json!({
        "imo": imo, "record": Stated::of(&record), "version": version, "source": source, "at": instant(at.0),
        "confirmed_by": confirmed, "receipt_id": record.receipt,
    });
    Ok(json_answer(StatusCode::OK, &body))
}

/// `PUT /api/v1/ships/{imo}`: her first record holds at once, a change is proposed. What stands, or stands proposed, word for
/// word is answered by its receipt and stated no second time, so that a retry needs no key.
pub async fn state(caller: Caller, Path(imo): Path<String>, body: Bytes) -> Result<Response, Problem> {
    let (office, actor) = (&caller.app.office, &caller.actor);
    let stated = parse::<Stated>(&body)?.record(imo.clone());
    let same = |of: &ShipRecord| json!(Stated::of(of)) == json!(Stated::of(&stated));
    let answer = |status: StatusCode, what: &str, record: &ShipRecord| {
        json_answer(status, &json!({"imo": imo, "state": what, "receipt_id": record.receipt}))
    };
    match office.ship(actor, &imo).await {
        Ok(standing) if same(&standing.record) => return Ok(answer(StatusCode::OK, "recorded", &standing.record)),
        Ok(_) => {
            let proposed = office.ship_proposal(actor, &imo).await?.map(|of| of.record);
            if let Some(open) = proposed.filter(|of| of.state == "open" && same(&of.record)) {
                return Ok(answer(StatusCode::OK, "proposed", &open.record));
            }
        }
        Err(office::Error::NotFound) => {}
        Err(other) => return Err(other.into()),
    }
    match office.record_ship(actor, &stated).await? {
        ShipRight::Propose => {
            let proposal = office.ship_proposal(actor, &imo).await?.ok_or(office::Error::NotFound)?.record;
            Ok(answer(StatusCode::ACCEPTED, "proposed", &proposal.record))
        }
        _ => Ok(answer(StatusCode::CREATED, "recorded", &office.ship(actor, &imo).await?.record)),
    }
}
