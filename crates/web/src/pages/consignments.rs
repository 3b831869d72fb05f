//! Consignments: found by any number that names them; what is holding one and whose it is, its way with every event's source and
//! time, what several organs look into together, and what the reader may do with it.

pub mod looks;
pub mod whereabouts;

mod fate;

use axum::{
    body::Bytes,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Fault, Text,
    consignment::Consignment,
    formality::display,
    manifest::{Mode, content::LINE},
    priority,
    ship_call::Party,
};
use office::{
    Actor, Error, Request,
    consignments::{ChainEvent, ConsignmentAct, FoundConsignment},
    manifests::ManifestAct,
};
use serde_json::{Value, json};

use super::{
    given::{self, moment},
    person_permits::view::place_of_key,
    preferring::{self, Preferring},
};
use crate::{
    aside::aside,
    page::{Failure, Form, Page},
    say,
};

/// What of a line the head of a consignment's page says.
const ABOVE: [&str; 4] = ["master_bill", "house_bill", "port_of_loading", "port_of_discharge"];

/// `GET /consignments?q=CSQU3054383`
pub async fn list(page: Page) -> Result<Response, Failure> {
    let (office, actor) = (&page.app.office, page.actor()?);
    let q = page.asked("q").unwrap_or_default().to_owned();
    let found = office.consignments(actor, &q, page.asked("after")).await?;
    let lines: Vec<Value> = found
        .lines
        .iter()
        .map(|stored| {
            let row = &stored.row;
            json!({
                "href": format!("/consignments/{}", row.number), "number": row.number, "bill": row.title,
                "conveyance": row.subject_key, "state": state(&row.state), "at": row.updated_at,
            })
        })
        .collect();
    let next = found.next.map(|after| {
        let query =
            form_urlencoded::Serializer::new(String::new()).append_pair("q", &q).append_pair("after", &after).finish();
        format!("/consignments?{query}")
    });
    let desk = if q.is_empty() { office.cargo_desk(actor).await? } else { Vec::new() };
    let waits = desk.iter().map(|of| {
        let row = &of.matter.row;
        json!({
            "href": format!("/consignments/{}", row.number), "number": row.number, "bill": row.title,
            "conveyance": row.subject_key, "what": say::step(&of.task.step), "since": of.task.since,
            "yard": place_of_key(&office.profile, &format!("yard:{}", row.place)),
            "priority": of.task.rank.map(|rank| say::tag("ok", &json!({"key": "queue-priority", "n": rank}))),
        })
    });
    let view = json!({
        "q": q, "lines": lines, "next": next, "desk": waits.collect::<Vec<_>>(), "look": naming(&page, actor, None), "errors": [],
    });
    page.draw("consignments/list.html", &page.layout("consignments"), &view)
}

/// The form by which an organ names goods that it wants to look into and may not see yet; none for who has no ground.
fn naming(page: &Page, actor: &Actor, typed: Option<(&Form, &[Fault])>) -> Option<Value> {
    let office = &page.app.office;
    let options = match &actor.party {
        Party::Organ(organ) if actor.may(office::Right::Decide) => {
            looks::grounds_of(&office.profile, organ, None, office.now())
        }
        _ => Vec::new(),
    };
    if options.is_empty() {
        return None;
    }
    let mut fields = json!([
        {"name": "number", "kind": "text", "label": say::key("look-number"), "required": true, "width": "mid"},
        {"name": "ground", "kind": "radios", "label": say::key("look-ground"), "options": options, "required": true},
    ]);
    if let Some((form, faults)) = typed {
        given::refill(&mut fields, form, faults);
    }
    Some(json!({"fields": fields, "open": typed.is_some()}))
}

/// `POST /consignments/look`: an organ names goods that it wants to look into.
pub async fn look(mut page: Page, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let switched = page.switch(&form);
    let actor = page.actor()?;
    let wanted = [("act".to_owned(), "want-look".to_owned())].into_iter().chain(form.pairs.clone()).collect();
    let number = form.get("number").trim();
    let done = match looks::read(&page, &Form { pairs: wanted }) {
        _ if switched => Err(Error::Invalid(Vec::new())),
        _ if number.is_empty() => Err(Error::Invalid(vec![given::missing("number")])),
        Err(fault) => Err(Error::Invalid(vec![fault])),
        Ok(None) => return Err(Error::NotFound.into()),
        Ok(Some(act)) => {
            let pairs: Vec<_> = form.pairs.iter().filter(|(name, _)| name != "csrf").collect();
            let digested = serde_json::to_vec(&pairs).map_err(Error::from)?;
            let request = Request::new("consignment act", form.key(), &digested, page.channel());
            aside(page.app.office.do_on_consignment(actor, number, &act, &request)).await
        }
    };
    let faults = match done {
        Ok(done) => return Ok(Redirect::to(&format!("/consignments/{}?done=act", done.number)).into_response()),
        Err(Error::NotFound) => vec![not_there()],
        Err(Error::Refused(fault)) => vec![fault],
        Err(Error::Invalid(faults)) => faults,
        Err(other) => return Err(other.into()),
    };
    let look = naming(&page, actor, Some((&form, &faults))).ok_or(Error::Forbidden)?;
    let errors = given::summary(&faults, &look["fields"], "look-");
    let view = json!({"q": "", "lines": [], "next": null, "desk": [], "look": look, "errors": errors});
    page.draw_with(given::status(&faults), "consignments/list.html", &page.layout("consignments"), &view)
}

fn not_there() -> Fault {
    Fault::new(
        domain::Severity::Error,
        "PQ-CARGO-048",
        "/number",
        Text::new("没有这票货物，或已提走、已装船。", "There are no such goods, or they have left."),
        Text::new("请核对箱号或提（运）单号。", "Check the number of the container or bill."),
    )
}

/// `GET /consignments/{number}`
pub async fn show(page: Page, Path(number): Path<String>) -> Result<Response, Failure> {
    let found = page.app.office.consignment(page.actor()?, &number).await?;
    draw(&page, &found, &Form::default(), &[]).await
}

/// `POST /consignments/{number}/acts`
pub async fn act(mut page: Page, Path(number): Path<String>, body: Bytes) -> Result<Response, Failure> {
    let form = page.form(&body)?;
    let switched = page.switch(&form);
    let office = &page.app.office;
    let found = office.consignment(page.actor()?, &number).await?;
    if switched {
        return draw(&page, &found, &form, &[]).await;
    }
    let pairs: Vec<_> = form.pairs.iter().filter(|(name, _)| name != "csrf").collect();
    let digested = serde_json::to_vec(&pairs).map_err(Error::from)?;
    let request = Request::new("consignment act", form.key(), &digested, page.channel());
    let actor = page.actor()?;
    let done = match read(&page, &form) {
        Err(fault) => Err(Error::Invalid(vec![fault])),
        // Goods are there by the manifest's report, which also accepts what was declared in advance.
        Ok(None) => {
            let of = &found.consignment;
            let bills = vec![of.told.bill()];
            let arrive = ManifestAct::Arrive { bills, yard: form.get("yard").to_owned() };
            aside(office.do_on_manifest(actor, &of.manifest, &arrive, &request)).await
        }
        Ok(Some(act)) => aside(office.do_on_consignment(actor, &number, &act, &request)).await,
    };
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/consignments/{number}?done=act")).into_response()),
        Err(Error::Refused(fault)) => draw(&page, &found, &form, &[fault]).await,
        Err(Error::Invalid(faults)) => draw(&page, &found, &form, &faults).await,
        Err(other) => Err(other.into()),
    }
}

fn state(code: &str) -> Value {
    let tone = match code {
        "gone" | "loaded" | "certified" => "ok",
        "alarm" | "questioned" | "abandoned" => "stop",
        "dropped" | "returned" | "sold" => "none",
        _ => "wait",
    };
    say::tag(tone, &say::key(&format!("cargo-state-{code}")))
}

/// Who is meant by a source or by who must act.
fn who(page: &Page, firms: &std::collections::BTreeMap<String, domain::Text>, code: &str) -> Value {
    let profile = &page.app.office.profile;
    match code.split_once(':') {
        Some(("firm", firm)) => firms.get(firm).map_or_else(|| json!(firm), say::text),
        Some((_, organ)) => say::unit(profile, organ),
        None if matches!(code, "carrier" | "firm" | "truck") => say::key(&format!("cargo-by-{code}")),
        None => say::unit(profile, code),
    }
}

/// What of an event is worth saying, in words.
fn told(
    page: &Page,
    firms: &std::collections::BTreeMap<String, domain::Text>,
    of: &Consignment,
    (event, about): (&ChainEvent, &str),
) -> Vec<Value> {
    let profile = &page.app.office.profile;
    match event.kind.as_str() {
        "consignment.arrived" | "consignment.released" => vec![place_of_key(profile, &format!("yard:{about}"))],
        "consignment.gate_in" | "consignment.gate_out" => vec![place_of_key(profile, about)],
        "consignment.ordered" | "consignment.appointed" => vec![who(page, firms, &format!("firm:{about}"))],
        "consignment.return_asked" | "consignment.return_ordered" => vec![fate::ground(page, "return-grounds", about)],
        "consignment.sold" => vec![fate::ground(page, "sale-grounds", about)],
        "consignment.revoked" => vec![say::key(&format!("cargo-revoked-{about}"))],
        "consignment.return_decided" => vec![say::key(&format!("cargo-return-{about}"))],
        "consignment.awaited" => domain::Instant::parse(about)
            .map(|at| json!({"key": "cargo-until-at", "at": {"at": at.0}}))
            .into_iter()
            .collect(),
        "consignment.alarm" => {
            about.split(' ').map(|doubt| say::key(&format!("gate-why-{}", doubt.replace('_', "-")))).collect()
        }
        "consignment.questioned" => match about.split(' ').collect::<Vec<_>>()[..] {
            [kind, stated, found] => {
                let kind = say::key(&format!("cargo-question-{kind}"));
                vec![json!({"key": "cargo-told-found", "kind": kind, "stated": stated, "found": found})]
            }
            _ => vec![json!(about)],
        },
        "joint_inspection.wanted" => {
            let organ = event.source.trim_start_matches("organ:");
            vec![looks::ground(profile, of, (organ, about), event.at)]
        }
        "joint_inspection.moved" | "joint_inspection.left" => vec![looks::reason(profile, about, event.at)],
        "joint_inspection.found" => vec![looks::result(profile, about, event.at)],
        "joint_inspection.proposed" => {
            vec![domain::Instant::parse(about).map_or_else(|| json!(about), |at| json!({"at": at.0}))]
        }
        "priority.granted" => vec![say::text(&priority::said(profile, about, event.at))],
        _ => vec![json!(about)],
    }
}

async fn draw(page: &Page, found: &FoundConsignment, form: &Form, faults: &[Fault]) -> Result<Response, Failure> {
    let (office, actor) = (&page.app.office, page.actor()?);
    let of = &found.consignment;
    let events = office.chain(actor, found).await?;
    let named = events.iter().filter_map(|event| event.source.strip_prefix("firm:"));
    let names = |kind: &str| matches!(kind, "consignment.ordered" | "consignment.appointed");
    let ordered = events.iter().filter(|event| names(&event.kind)).filter_map(|of| of.about.clone());
    let mut codes: Vec<String> = named.map(str::to_owned).chain([of.carrier.clone()]).chain(ordered).collect();
    codes.sort();
    codes.dedup();
    let firms = office.names_of(codes).await?;
    let held: Vec<Value> = found
        .held(office.now())
        .iter()
        .map(|held| json!({"say": say::key(&format!("cargo-held-{}", held.what)), "by": who(page, &firms, &held.by)}))
        .collect();
    let certificates: Vec<Value> = match office.certificates(actor, found) {
        Ok(all) => all
            .iter()
            .map(|view| {
                json!({
                    "number": view.number, "plate": view.slot.plate, "haulier": view.slot.haulier,
                    "container": view.slot.container, "from": view.certificate.from.0, "until": view.certificate.until.0,
                    "state": match (&view.certificate.used, &view.certificate.revoked) {
                        (Some(_), _) => say::tag("none", &say::key("cargo-certificate-used")),
                        (None, Some(_)) => say::tag("stop", &say::key("cargo-certificate-revoked")),
                        (None, None) => say::tag("ok", &say::key("cargo-certificate-open")),
                    },
                    "qr": view.signed.as_ref().map(|signed| super::permits::drawing(&signed.svg)),
                    "code": view.signed.as_ref().map(|signed| &signed.code),
                })
            })
            .collect(),
        Err(Error::NotFound) => Vec::new(),
        Err(Error::Refused(fault)) => vec![json!({"unsigned": say::fault(&fault)})],
        Err(other) => return Err(other.into()),
    };
    let mut layout = page.layout("consignments");
    if page.asked("done").is_some() {
        layout.flash = Some(crate::layout::Flash { tone: "ok".to_owned(), say: say::key("application-done-act") });
    }
    let line = |event: &ChainEvent| {
        let key = format!("cargo-event-{}", event.kind.replace(['.', '_'], "-"));
        let mut small = vec![who(page, &firms, &event.source)];
        if event.number != of.number {
            small.push(json!(event.number));
        }
        small.extend(event.about.iter().flat_map(|about| told(page, &firms, of, (event, about))));
        json!({"at": event.at.0, "say": say::key(&key), "small": small})
    };
    let lines = office.consignment_lines(actor, found).await?;
    let lines = lines.as_ref().map_or(&[][..], |lines| lines.list());
    // The bill and its ports stand above, and a column in which nothing is said is left out.
    let columns: Vec<_> = LINE
        .iter()
        .filter(|field| !ABOVE.contains(&field.name) && lines.iter().any(|line| !line.get(field.name).is_empty()))
        .collect();
    let goods = lines.iter().map(|line| columns.iter().map(|field| say::text(&display(field, line.get(field.name)))));
    let view = json!({
        "columns": columns.iter().map(|field| json!({"zh": field.zh, "en": field.en})).collect::<Vec<_>>(),
        "goods": goods.map(Iterator::collect::<Vec<_>>).collect::<Vec<_>>(),
        "number": of.number, "bill": of.told.bill(), "state": state(of.state()), "held": held,
        "carrier": firms.get(&of.carrier).map_or_else(|| json!(of.carrier), say::text),
        "conveyance": of.conveyance, "manifest": of.manifest, "loading": say::place(&of.told.loading),
        "discharge": say::place(&of.told.discharge), "packages": of.told.pieces(), "empties": of.told.is_empties(), "weight": of.told.weight.to_string(),
        "boxes": of.told.boxes.iter().map(|one| json!({"number": one.number, "seal": one.seal, "packages": one.packages})).collect::<Vec<_>>(),
        "dangerous": of.told.dangerous,
        "declarations": found.declarations.iter().map(|of| json!({"number": of.number, "goes": of.may_go()})).collect::<Vec<_>>(),
        "certificates": certificates, "journal": events.iter().rev().map(line).collect::<Vec<_>>(),
        "told": preferring::told(page, actor, found.id, of.preference()).await?,
        "joint": looks::view(page, of),
        "fate": match actor.only_looks_into(of) {
            true => Vec::new(),
            false => fate::view(page, of, &|firm| who(page, &firms, &format!("firm:{firm}"))),
        },
        "acts": acts(page, actor, found, form, faults), "act": form.get("act"),
        "errors": faults.iter().map(|fault| said(fault, form)).collect::<Vec<_>>(),
    });
    let status = match faults.first() {
        None => StatusCode::OK,
        Some(_) => given::status(faults),
    };
    page.draw_with(status, "consignments/show.html", &layout, &view)
}

fn said(fault: &Fault, form: &Form) -> Value {
    let mut said = say::fault(fault);
    let at = fault.location.trim_start_matches('/');
    let sent = !at.is_empty() && form.pairs.iter().any(|(name, _)| name == at);
    said["field"] = if sent { json!(format!("{}-{at}", form.get("act"))) } else { Value::Null };
    said
}

/// What the reader may do, each act with its fields and what was typed.
fn acts(page: &Page, actor: &Actor, found: &FoundConsignment, form: &Form, faults: &[Fault]) -> Vec<Value> {
    let of = &found.consignment;
    let view = |code: &'static str| {
        let mut fields = fields(page, actor, of, code);
        if form.get("act") == code {
            given::refill(&mut fields, form, faults);
        }
        // A firm may ask for another time, and not for none.
        let asks = code == "move-look" && matches!(actor.party, Party::Firm(_));
        let said = if asks { "cargo-act-other-time".to_owned() } else { format!("cargo-act-{code}") };
        let stop = matches!(code, "abandon" | "order-return" | "refuse-return" | "sell" | "move-look");
        json!({"act": code, "say": say::key(&said), "fields": fields, "stop": stop})
    };
    let codes = codes(page, actor, found).into_iter().chain(fate::codes(actor, found));
    let mut acts: Vec<Value> = codes.map(view).collect();
    if matches!(actor.party, Party::Organ(_)) && of.dropped_at.is_none() && !of.holder().is_empty() {
        let office = &page.app.office;
        let on = of.arrived.as_ref().map_or(office.now(), |(at, _)| *at).date(&office.profile.zone);
        let asked = (priority::of::CONSIGNMENT, actor.unit(), on);
        acts.extend(preferring::acts(&office.profile, asked, &of.preferences, (form, faults)));
    }
    acts
}

fn codes(page: &Page, actor: &Actor, found: &FoundConsignment) -> Vec<&'static str> {
    let of = &found.consignment;
    let now = page.app.office.now();
    let mut codes = Vec::new();
    if of.dropped_at.is_some() || of.fate.is_sealed() {
        let closes = of.fate.is_sealed() && !of.open_alarms().is_empty() && actor.unit() == of.units.decides;
        codes.extend((closes && matches!(actor.party, Party::Organ(_))).then_some("close-alarm"));
        return codes;
    }
    let (unit, import) = (actor.unit(), of.direction == "import");
    let is_firm = matches!(actor.party, Party::Firm(_));
    let open = of.open_questions().next().is_some();
    if is_firm && of.is_gone() {
        codes.extend((open && of.concerns(unit)).then_some("answer"));
    } else if is_firm {
        let tallies = of.tallies.as_deref() == Some(unit);
        codes.extend((tallies && of.arrived.is_some()).then_some("tally"));
        if !actor.only_looks_into(of) {
            codes.push("declare");
        }
        codes.extend((of.carrier == unit).then_some("appoint"));
        if open {
            codes.extend(of.concerns(unit).then_some("answer"));
        }
        if of.carrier == unit && import {
            codes.push("order");
        }
        if of.order(now).is_some_and(|order| order.to == unit) && of.arrived.is_some() {
            codes.push("book");
            let certified = |serial: &u32| of.certificates.values().any(|one| one.slot == *serial);
            if of.slots.iter().any(|(serial, slot)| slot.cancelled_at.is_none() && !certified(serial)) {
                codes.push("certify");
            }
        }
    }
    if of.units.terminal == unit && !is_firm {
        codes.push("appoint");
        if of.arrived.is_none() {
            codes.push("arrive");
        } else {
            codes.push("tally");
            codes.push(match (import, of.release().is_some()) {
                (true, true) => "withhold",
                (true, false) => "release",
                _ => "load",
            });
            codes.extend((import && found.customs.onward && of.loaded_at.is_none()).then_some("load"));
        }
    }
    if of.units.decides == unit && !is_firm {
        codes.extend(open.then_some("settle"));
        codes.extend((!of.open_alarms().is_empty()).then_some("close-alarm"));
    }
    codes.extend(looks::codes(page, actor, of));
    codes
}

fn fields(page: &Page, actor: &Actor, of: &Consignment, act: &str) -> Value {
    let text = |name: &str, label: &str| json!({"name": name, "kind": "text", "label": say::key(label), "required": true, "width": "mid"});
    let number = |name: &str, label: &str, value: i64| json!({"name": name, "kind": "number", "label": say::key(label), "required": true, "value": value});
    let choice = |name: &str, label: &str, options: Vec<Value>| json!({"name": name, "kind": "choice", "label": say::key(label), "options": options, "required": true});
    let questions = || {
        let kind = |kind: &str| say::key(&format!("cargo-question-{kind}"));
        of.open_questions()
            .map(|(serial, question)| json!({"value": serial.to_string(), "label": kind(&question.kind)}))
            .collect()
    };
    match act {
        "declare" => json!([text("declaration", "cargo-declaration")]),
        "appoint" => json!([text("firm", "cargo-tally-firm")]),
        "answer" => json!([choice("question", "cargo-question", questions()),
            {"name": "words", "kind": "textarea", "label": say::key("cargo-answer"), "required": true, "lines": 3}]),
        "settle" => json!([choice("question", "cargo-question", questions())]),
        "close-alarm" => {
            json!([{"name": "words", "kind": "textarea", "label": say::key("cargo-outcome"), "required": true, "lines": 3}])
        }
        "order" => json!([text("to", "cargo-to"),
            {"name": "until", "kind": "instant", "label": say::key("cargo-until"), "required": true}]),
        "book" => {
            let boxes = of.told.boxes.iter().map(|one| json!({"value": one.number, "label": one.number}));
            let container = json!({"name": "container", "kind": "choice", "label": say::key("cargo-container"), "options": boxes.collect::<Vec<_>>()});
            json!([container, text("haulier", "cargo-haulier"), text("plate", "cargo-plate"),
                {"name": "from", "kind": "instant", "label": say::key("cargo-from"), "required": true}])
        }
        "certify" => {
            let certified = |serial: &u32| of.certificates.values().any(|one| one.slot == *serial);
            let slots = of.slots.iter().filter(|(serial, slot)| slot.cancelled_at.is_none() && !certified(serial));
            let options = slots.map(|(serial, slot)| json!({"value": serial.to_string(), "label": format!("{} {}", slot.plate, slot.container)}));
            json!([choice("slot", "cargo-slot", options.collect())])
        }
        "arrive" => {
            let yards = page
                .app
                .office
                .yards(of.mode)
                .into_iter()
                .map(|(code, name)| json!({"value": code, "label": say::text(&name)}));
            json!([choice("yard", if of.mode == Mode::Sea { "cargo-yard" } else { "cargo-store" }, yards.collect())])
        }
        "tally" => {
            json!([number("packages", "cargo-counted", of.told.pieces()), number("damaged", "cargo-damaged", 0)])
        }
        "abandon" | "ask-return" | "order-return" | "sell" | "claim" | "pay-out" => fate::fields(page, of, act),
        of_looks => looks::fields(page, actor, of, of_looks),
    }
}

/// The act that a form asks for; none for the arrival, which is the manifest's.
fn read(page: &Page, form: &Form) -> Result<Option<ConsignmentAct>, Fault> {
    let text = |name: &str| form.get(name).trim().to_owned();
    let serial = |name: &str| form.get(name).parse::<u32>().map_err(|_| given::missing(name));
    let count = |name: &str| form.get(name).trim().parse::<i64>().map_err(|_| given::missing(name));
    let time = |name: &str| moment(page, form.get(name)).ok_or_else(|| given::missing(name));
    match preferring::read(page, form)? {
        Some(Preferring::Grant { measure, facts, words }) => {
            return Ok(Some(ConsignmentAct::GrantPriority { measure, facts, words }));
        }
        Some(Preferring::End { priority, words }) => {
            return Ok(Some(ConsignmentAct::EndPriority { priority, words }));
        }
        None => {}
    }
    if let Some(act) = looks::read(page, form)? {
        return Ok(Some(act));
    }
    Ok(Some(match form.get("act") {
        "arrive" => return Ok(None),
        "tally" => ConsignmentAct::Tally { packages: count("packages")?, damaged: count("damaged")? },
        "answer" => ConsignmentAct::Answer { question: serial("question")?, words: text("words") },
        "close-alarm" => ConsignmentAct::CloseAlarm { words: text("words") },
        "settle" => ConsignmentAct::Settle { question: serial("question")? },
        "appoint" => ConsignmentAct::Appoint { firm: text("firm") },
        "declare" => ConsignmentAct::Declare { declaration: text("declaration") },
        "order" => ConsignmentAct::Order { to: text("to"), until: time("until")? },
        "release" => ConsignmentAct::Release,
        "withhold" => ConsignmentAct::Withhold,
        "load" => ConsignmentAct::Load,
        "book" => ConsignmentAct::Book {
            container: text("container"),
            packages: None,
            haulier: text("haulier"),
            plate: text("plate"),
            from: time("from")?,
        },
        "certify" => ConsignmentAct::Certify { slot: serial("slot")? },
        _ => fate::read(form)?,
    }))
}
