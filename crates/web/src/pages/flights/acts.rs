//! What the reader may do on a flight, each act a small form.

use domain::{
    Fault,
    flight::{Direction, EVENTS, Flight, Status},
    formality::Formality,
    ship_call::Party,
};
use office::{Actor, FlightAct};
use serde_json::{Value, json};

use crate::{
    page::{Form, Page},
    pages::given::{self, moment},
    say,
};

/// The acts of the reader, each with its fields and what was typed.
pub fn of(page: &Page, actor: &Actor, flight: &Flight, form: &Form, faults: &[Fault]) -> Vec<Value> {
    let codes = codes(page, actor, flight);
    let view = |code: &str| {
        let mut fields = fields(page, actor, flight, code);
        if form.get("act") == code {
            given::refill(&mut fields, form, faults);
        }
        json!({
            "act": code, "say": say::key(&format!("flight-act-{}", code.replace('_', "-"))), "fields": fields,
            "action": format!("/flights/{}/acts", flight.number),
            "stop": matches!(code, "refuse" | "hold" | "cancel" | "divert"),
        })
    };
    codes.into_iter().map(view).collect()
}

fn codes(page: &Page, actor: &Actor, flight: &Flight) -> Vec<&'static str> {
    let airport = domain::flight::airport(&page.app.office.profile);
    let mut codes = Vec::new();
    let status = flight.status();
    let arrives = flight.told.direction == Direction::Arrival;
    let landed = flight.actual("landing").is_some();
    let ground = match &actor.party {
        Party::Firm(_) => true,
        Party::Organ(organ) => Some(organ.as_str()) == airport,
        Party::Clock => false,
    };
    if let Party::Organ(organ) = &actor.party
        && !status.is_over()
    {
        let unit = organ.as_str();
        if flight.undecided(unit).next().is_some() {
            codes.extend(["grant", "refuse"]);
        }
        let boards = flight.quarantine.demanded.as_ref().map(|demand| demand.organ.as_str());
        let quarantines = boards == Some(unit) || (boards.is_none() && flight.concerned.contains(organ) && !ground);
        if arrives && landed && quarantines {
            codes.push(if flight.quarantine.begun.is_some() && flight.quarantine.ended.is_none() {
                "free_pratique"
            } else {
                "board"
            });
        }
        if flight.standing_holds().any(|hold| hold.organ == *organ) {
            codes.push("lift");
        } else if flight.organs().contains(&unit) {
            codes.push("hold");
        }
    }
    if ground && flight.ended.is_none() {
        codes.push("state");
        if matches!(&actor.party, Party::Organ(_)) {
            codes.push("stand");
        }
        if arrives && landed && flight.opened.len() < 2 {
            codes.push("open");
        }
        if flight.told.flies_on.is_some() {
            codes.push("leave_airside");
        }
        if status == Status::Departed {
            codes.push("return");
        } else if !landed {
            if arrives {
                codes.push("divert");
            }
            codes.push("cancel");
        }
    }
    codes
}

fn fields(page: &Page, actor: &Actor, flight: &Flight, act: &str) -> Value {
    let lines = |required: bool, label: &str| json!({"name": "words", "kind": "textarea", "label": say::key(label), "required": required, "lines": 3});
    let law = json!({"name": "law", "kind": "text", "label": say::key("flight-law"), "required": true});
    let undecided: Vec<Value> = flight
        .undecided(actor.unit())
        .map(|review| json!({"value": review.formality.code(), "label": say::formality(review.formality)}))
        .collect();
    let what = json!({"name": "formality", "kind": "radios", "label": say::key("flight-on-what"), "options": undecided, "required": true});
    let choice = |name: &str, label: &str, codes: &[&str], prefix: &str| {
        let options: Vec<Value> = codes
            .iter()
            .map(|code| json!({"value": code, "label": say::key(&format!("{prefix}-{}", code.replace('_', "-")))}))
            .collect();
        json!({"name": name, "kind": "choice", "label": say::key(label), "options": options, "required": true})
    };
    match act {
        "grant" => json!([what, lines(false, "flight-conditions")]),
        "refuse" => json!([what, lines(true, "flight-why"), law]),
        "hold" => json!([lines(true, "flight-why"), law]),
        "board" if flight.quarantine.demanded.is_some() => json!([lines(false, "flight-remarks")]),
        "board" => json!([lines(true, "flight-why"), law]),
        "free_pratique" => json!([lines(false, "flight-measures-taken")]),
        "state" => json!([
            choice("event", "flight-event", &EVENTS, "flight-event"),
            choice("kind", "flight-time-kind", &["estimated", "actual"], "flight-kind"),
            {"name": "time", "kind": "instant", "label": say::key("flight-time"), "value": now(page), "required": true},
        ]),
        "stand" => {
            let moment = |name: &str, label: &str| json!({"name": name, "kind": "instant", "label": say::key(label), "hint": say::key("flight-stand-hint")});
            json!([
                {"name": "stand", "kind": "text", "label": say::key("flight-stand"), "required": true, "width": "short"},
                moment("from", "flight-stand-from"), moment("until", "flight-stand-until"),
            ])
        }
        "open" => {
            let open: Vec<&str> =
                ["persons", "goods"].into_iter().filter(|what| !flight.opened.contains_key(*what)).collect();
            json!([choice("what", "flight-open-what", &open, "flight-open")])
        }
        "divert" => {
            json!([{"name": "to", "kind": "locode", "label": say::key("flight-divert-to"), "required": true, "width": "mid"}])
        }
        _ => json!([]),
    }
}

fn now(page: &Page) -> String {
    let office = &page.app.office;
    office.profile.zone.to_datetime(office.now().timestamp()).strftime("%Y-%m-%dT%H:%M").to_string()
}

/// A fault with the id of its field in the form that was sent.
pub fn said(fault: &Fault, form: &Form) -> Value {
    let mut said = say::fault(fault);
    let at = fault.location.trim_start_matches('/');
    let sent = form.pairs.iter().any(|(name, _)| name == at) && !at.is_empty();
    said["field"] = if sent { json!(format!("{}-{at}", form.get("act"))) } else { json!(null) };
    said
}

/// The act that a form asks for.
///
/// # Errors
/// A fault at the field that cannot be read.
pub fn read(page: &Page, form: &Form) -> Result<FlightAct, Fault> {
    let text = |name: &str| form.get(name).trim().to_owned();
    let maybe = |name: &str| match form.get(name).trim() {
        "" => Ok(None),
        given => moment(page, given).map(Some).ok_or_else(|| given::missing(name)),
    };
    let formality = || Formality::from_code(form.get("formality")).ok_or_else(|| given::missing("formality"));
    Ok(match form.get("act") {
        "grant" => FlightAct::Grant { formality: formality()?, words: text("words") },
        "refuse" => FlightAct::Refuse { formality: formality()?, words: text("words"), law: text("law") },
        "board" => FlightAct::Board { words: text("words"), law: text("law") },
        "free_pratique" => FlightAct::FreePratique { words: text("words") },
        "hold" => FlightAct::Hold { words: text("words"), law: text("law") },
        "lift" => FlightAct::Lift,
        "state" => FlightAct::State {
            event: text("event"),
            kind: text("kind"),
            time: moment(page, form.get("time")).ok_or_else(|| given::missing("time"))?,
        },
        "stand" => FlightAct::Stand { stand: text("stand"), from: maybe("from")?, until: maybe("until")? },
        "open" => FlightAct::Open { what: text("what") },
        "leave_airside" => FlightAct::LeaveAirside,
        "divert" => FlightAct::Divert { to: text("to") },
        "return" => FlightAct::Return,
        "cancel" => FlightAct::Cancel,
        _ => return Err(given::missing("act")),
    })
}
