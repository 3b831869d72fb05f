//! Joint inspections on the pages of goods: who wants to look and why, the appointment with everybody's answer, and what the reader
//! may do about it.

use domain::{
    Fault, Instant, Value as Input,
    consignment::{Consignment, grounds},
    declaration::Boxes,
    profile::Profile,
};
use office::{Actor, consignments::ConsignmentAct};
use serde_json::{Value, json};

use super::given;
use crate::{
    page::{Form, Page},
    pages::{given::moment, person_permits::view::place_of_key},
    say,
};

/// For whom the reasons of `joint-inspection-reasons` stand.
const SIDES: [&str; 3] = ["organ", "terminal", "firm"];

/// The word of a reason, whoever gave it.
pub fn reason(profile: &Profile, code: &str, at: Instant) -> Value {
    let row = |by: &&str| {
        profile.hit("joint-inspection-reasons", at, &Input::from([("reason", code.into()), ("by", (*by).into())]))
    };
    SIDES.iter().find_map(row).map_or_else(|| json!(code), |row| say::text(&row.reason()))
}

/// The word of a ground of an organ for these goods.
pub fn ground(profile: &Profile, of: &Consignment, (organ, code): (&str, &str), at: Instant) -> Value {
    let all = grounds(profile, organ, (of.mode, &of.told), at);
    let row = all.into_iter().find(|(ground, _)| ground == code);
    row.map_or_else(|| json!(code), |(_, row)| say::text(&row.reason()))
}

/// The word of a result.
pub fn result(profile: &Profile, found: &str, at: Instant) -> Value {
    let row = profile.hit("inspection-results", at, &Input::from([("found", found.into())]));
    row.map_or_else(|| json!(found), |row| say::text(&row.reason()))
}

/// The joint inspection; none where nobody wants to look.
pub fn view(page: &Page, of: &Consignment) -> Value {
    if !of.joint.is_open() {
        return Value::Null;
    }
    let profile = &page.app.office.profile;
    let wants = of.joint.wants.iter().map(|(organ, want)| {
        let mut small = vec![ground(profile, of, (organ, &want.ground), want.at)];
        small.extend(want.containers.iter().map(|of| json!(of)));
        small.push(say::law(profile, &want.law));
        json!({"who": say::unit(profile, organ), "small": small, "at": want.at.0, "looked": want.looked_at.map(|at| at.0)})
    });
    let terminal = of.units.terminal.as_str();
    let appointment = of.joint.appointment.as_ref().map(|appointment| {
        let asked = of.joint.wants.keys().map(String::as_str).chain([terminal]);
        let answers = asked
            .map(|unit| json!({"who": say::unit(profile, unit), "at": appointment.accepted.get(unit).map(|at| at.0)}));
        json!({
            "from": appointment.from.0, "until": appointment.until.0, "agreed": of.joint.agreed(terminal).is_some(),
            "yard": place_of_key(profile, &format!("yard:{}", appointment.yard)), "boxes": appointment.boxes,
            "answers": answers.collect::<Vec<_>>(), "past": appointment.until <= page.app.office.now(),
        })
    });
    json!({"wants": wants.collect::<Vec<_>>(), "appointment": appointment})
}

/// Who is asked about the appointment.
fn is_asked(actor: &Actor, of: &Consignment) -> bool {
    actor.unit() == of.units.terminal || of.joint.wants.contains_key(actor.unit())
}

/// What the reader may do about looks.
pub fn codes(page: &Page, actor: &Actor, of: &Consignment) -> Vec<&'static str> {
    let office = &page.app.office;
    let (now, unit) = (office.now(), actor.unit());
    let is_firm = matches!(actor.party, domain::ship_call::Party::Firm(_));
    let standing = of.joint.appointment.as_ref();
    let to_come = standing.is_some_and(|of| of.from > now);
    let mut codes = Vec::new();
    if is_firm {
        codes.extend(
            (to_come && of.concerns(unit) && !reasons(&office.profile, "firm", true, now).is_empty())
                .then_some("move-look"),
        );
        return codes;
    }
    let wants = of.joint.wants.get(unit);
    if wants.is_none() && !grounds(&office.profile, unit, (of.mode, &of.told), now).is_empty() {
        codes.extend((!matches!(of.state(), "gone" | "loaded")).then_some("want-look"));
    }
    if !of.joint.is_open() || !is_asked(actor, of) {
        return codes;
    }
    let unanswered = of.joint.unanswered(&of.units.terminal).contains(&unit);
    codes.extend((to_come && unanswered).then_some("accept-look"));
    let begun = of.joint.agreed(&of.units.terminal).is_some_and(|of| of.from <= now);
    codes.extend((begun && wants.is_some_and(|want| !want.ordered)).then_some("look"));
    codes.extend((to_come || wants.is_some()).then_some("move-look"));
    codes.extend((!to_come).then_some("propose-look"));
    codes
}

/// The reasons that one side may give today; those that only leave, where there is nothing to move.
fn reasons(profile: &Profile, by: &str, moves: bool, at: Instant) -> Vec<Value> {
    let codes = profile.codes("joint-inspection-reasons", "reason").into_iter();
    let row = |code: String| {
        let inputs = Input::from([("reason", code.as_str().into()), ("by", by.into())]);
        let row = profile.hit("joint-inspection-reasons", at, &inputs)?;
        (moves || row.text("effect") == "leave").then(|| json!({"value": code, "label": say::text(&row.reason())}))
    };
    codes.filter_map(row).collect()
}

/// The grounds of an organ, for these goods or for any.
pub fn grounds_of(profile: &Profile, organ: &str, of: Option<&Consignment>, at: Instant) -> Vec<Value> {
    let mut options: Vec<Value> = Vec::new();
    let told = domain::consignment::Told::default();
    let dangerous = domain::consignment::Told { dangerous: ["0".to_owned()].into(), ..told.clone() };
    use domain::manifest::Mode::{Air, Sea};
    let goods = match of {
        Some(of) => vec![(of.mode, &of.told)],
        None => vec![(Sea, &told), (Air, &told), (Sea, &dangerous), (Air, &dangerous)],
    };
    for (code, row) in goods.into_iter().flat_map(|goods| grounds(profile, organ, goods, at)) {
        let option = json!({"value": code, "label": say::text(&row.reason())});
        if !options.contains(&option) {
            options.push(option);
        }
    }
    options
}

/// The fields of an act on looks.
pub fn fields(page: &Page, actor: &Actor, of: &Consignment, act: &str) -> Value {
    let office = &page.app.office;
    let (profile, now) = (&office.profile, office.now());
    match act {
        "want-look" => {
            let mut fields = vec![json!({
                "name": "ground", "kind": "radios", "label": say::key("look-ground"), "required": true,
                "options": grounds_of(profile, actor.unit(), Some(of), now),
            })];
            if of.told.boxes.len() > 1 {
                let boxes = of.told.boxes.iter().map(|one| json!({"value": one.number, "label": one.number}));
                fields.push(json!({
                    "name": "containers", "kind": "checkboxes", "label": say::key("look-containers"),
                    "hint": say::key("look-containers-hint"), "options": boxes.collect::<Vec<_>>(),
                }));
            }
            json!(fields)
        }
        "accept-look" if of.joint.wants.get(actor.unit()).is_some_and(|want| want.ordered) => json!([
            {"name": "method", "kind": "radios", "label": say::key("decl-look-method"), "hint": say::key("look-method-hint"),
             "options": crate::pages::declarations::view::rows(page, "inspection-methods", "method"), "required": true},
            {"name": "twenty", "kind": "number", "label": say::key("decl-look-twenty"), "hint": say::key("decl-look-boxes"), "width": "short"},
            {"name": "forty", "kind": "number", "label": say::key("decl-look-forty"), "width": "short"},
        ]),
        "move-look" => {
            let side = match actor.unit() {
                _ if matches!(actor.party, domain::ship_call::Party::Firm(_)) => "firm",
                unit if unit == of.units.terminal => "terminal",
                _ => "organ",
            };
            let moves = of.joint.appointment.as_ref().is_some_and(|of| of.until > now);
            json!([
                {"name": "reason", "kind": "radios", "label": say::key("look-reason"), "options": reasons(profile, side, moves, now), "required": true},
                {"name": "after", "kind": "instant", "label": say::key("look-after"), "hint": say::key("look-after-hint")},
            ])
        }
        "look" => json!([
            {"name": "found", "kind": "radios", "label": say::key("decl-look-found"), "required": true,
             "options": crate::pages::declarations::view::rows(page, "inspection-results", "found")},
            {"name": "words", "kind": "textarea", "label": say::key("decl-words-why"), "lines": 3},
        ]),
        _ => json!([]),
    }
}

/// The act on looks that a form asks for; none where it asks for something else.
///
/// # Errors
/// A fault at the field that is missing or cannot be read.
pub fn read(page: &Page, form: &Form) -> Result<Option<ConsignmentAct>, Fault> {
    let needed = |name: &str| match form.get(name).trim() {
        "" => Err(given::missing(name)),
        text => Ok(text.to_owned()),
    };
    let count = |name: &str| match form.get(name).trim() {
        "" => Ok(0),
        text => text.parse::<u32>().map_err(|_| given::missing(name)),
    };
    Ok(Some(match form.get("act") {
        "want-look" => ConsignmentAct::WantLook { ground: needed("ground")?, containers: form.all("containers") },
        "accept-look" => ConsignmentAct::AcceptLook {
            method: form.get("method").to_owned(),
            boxes: Boxes { twenty: count("twenty")?, forty: count("forty")? },
        },
        "move-look" => ConsignmentAct::MoveLook {
            reason: needed("reason")?,
            after: match form.get("after").trim() {
                "" => None,
                text => Some(moment(page, text).ok_or_else(|| given::missing("after"))?),
            },
        },
        "propose-look" => ConsignmentAct::ProposeLook,
        "look" => ConsignmentAct::Look { found: needed("found")?, words: form.get("words").to_owned() },
        _ => return Ok(None),
    }))
}
