//! GeoReport v2 (Open311) over the same problems: discovery, services, definitions, requests, tokens; XML and JSON.
//!
//! A service is a topic, its definition the topic's questions, a request a report. The public sees state, topic, owner and
//! times of a request and never a word of it; what a hidden reporter said is not there at all.

mod answer;
mod sending;

use axum::{
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use domain::{
    Instant, Text,
    problem::{Question, Topic, questions, topics},
};
use office::problems::PublicProblem;

use crate::{app::App, layout::Layout};
use answer::{Format, Node, Refused};

/// The specification that discovery names.
const SPECIFICATION: &str = "http://wiki.open311.org/GeoReport_v2";
/// When services or their definitions last changed in form.
const CHANGESET: &str = "2026-11-27T00:00:00Z";
/// A list goes back so many days, and spans no more.
const DAYS: i64 = 90;
/// A list has so many requests.
const MOST: i64 = 1000;
/// A day, in microseconds.
const DAY: i64 = 24 * domain::instant::HOUR;

/// Pairs of a query or form; an empty parameter is an absent one.
struct Pairs(Vec<(String, String)>);

impl Pairs {
    fn read(bytes: &[u8]) -> Pairs {
        let pairs = form_urlencoded::parse(bytes).into_owned();
        Pairs(pairs.filter(|(_, value)| !value.trim().is_empty()).collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(of, _)| of == name).map(|(_, value)| value.trim())
    }

    /// The parts of a list with commas.
    fn list(&self, name: &str) -> Vec<String> {
        let parts = self.get(name).unwrap_or("").split(',').map(str::trim);
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }
}

/// What every call has at hand.
struct Asked<'a> {
    app: &'a App,
    pairs: Pairs,
    /// `zh` or `en`.
    language: &'static str,
}

impl Asked<'_> {
    /// Words by key, in the caller's language.
    fn words(&self, key: &str) -> Text {
        let layout = Layout { lang: self.language.to_owned(), ..Layout::default() };
        let said = self.app.templates.say(&layout, &serde_json::json!({"key": key.replace('_', "-")}));
        let said = said.unwrap_or_else(|_| key.to_owned());
        Text::new(said.clone(), said)
    }

    fn say(&self, text: &Text) -> String {
        text.in_language(self.language).to_owned()
    }

    /// One jurisdiction is served: naming it is optional, naming another is refused.
    fn check_jurisdiction(&self) -> Result<(), Refused> {
        match self.pairs.get("jurisdiction_id") {
            Some(named) if named != self.app.office.profile.port.code => {
                Err(Refused::new(StatusCode::NOT_FOUND, "jurisdiction_id was not found"))
            }
            _ => Ok(()),
        }
    }

    fn topics(&self) -> Vec<Topic> {
        topics(&self.app.office.profile, self.app.office.now())
    }
}

/// The language is what `locale` names (`zh`, `zh-CN`, `en` …), else what the caller accepts.
fn asked<'a>(app: &'a App, headers: &HeaderMap, pairs: Pairs) -> Asked<'a> {
    let of = |text: &str| {
        let text = text.trim_start().to_ascii_lowercase();
        ["zh", "en"].into_iter().find(|code| text.starts_with(code))
    };
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let language = pairs.get("locale").and_then(of).or_else(|| of(accepted)).unwrap_or("en");
    Asked { app, pairs, language }
}

/// `GET /open311/discovery.xml`
pub async fn discovery_xml(State(app): State<App>, headers: HeaderMap) -> Response {
    discovery(&app, &headers, Format::Xml)
}

/// `GET /open311/discovery.json`
pub async fn discovery_json(State(app): State<App>, headers: HeaderMap) -> Response {
    discovery(&app, &headers, Format::Json)
}

fn discovery(app: &App, headers: &HeaderMap, format: Format) -> Response {
    let profile = &app.office.profile;
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or("localhost");
    let scheme = if app.secure { "https" } else { "http" };
    let office = profile.organs.iter().find(|organ| organ.kind == "office");
    let contact = office.map_or(String::new(), |organ| format!("{}, {}", organ.name.en, organ.help));
    let endpoint = Node::Map(vec![
        ("specification", Node::text(SPECIFICATION)),
        ("url", Node::text(format!("{scheme}://{host}/open311/v2"))),
        ("changeset", Node::text(CHANGESET)),
        ("type", Node::text(if profile.port.sample { "test" } else { "production" })),
        ("formats", Node::List("format", vec![Node::text("text/xml"), Node::text("application/json")])),
    ]);
    let body = Node::Map(vec![
        ("changeset", Node::text(CHANGESET)),
        ("contact", Node::text(contact.clone())),
        ("key_service", Node::text(format!("API keys are given by {contact}"))),
        ("endpoints", Node::List("endpoint", vec![endpoint])),
    ]);
    answer::drawn(format, StatusCode::OK, "discovery", &body)
}

/// `GET /open311/v2/services.{format}` and `GET /open311/v2/requests.{format}`
pub async fn read(
    State(app): State<App>,
    Path(call): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let (call, format) = answer::format_of(&call);
    let asked = asked(&app, &headers, Pairs::read(query.unwrap_or_default().as_bytes()));
    let found = match (format, call) {
        (None, _) => Err(Refused::no_format()),
        (_, "services") => asked.check_jurisdiction().map(|()| ("services", services(&asked))),
        (_, "requests") => requests(&asked).await.map(|list| ("service_requests", list)),
        _ => Err(Refused::new(StatusCode::NOT_FOUND, "there is no such call")),
    };
    answer::answered(format.unwrap_or(Format::Xml), StatusCode::OK, found)
}

/// `GET /open311/v2/services/{code}.{format}`, `requests/{id}.{format}` and `tokens/{token}.{format}`
pub async fn read_one(
    State(app): State<App>,
    Path((call, of)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let (of, format) = answer::format_of(&of);
    let asked = asked(&app, &headers, Pairs::read(query.unwrap_or_default().as_bytes()));
    let found = match (format, call.as_str()) {
        (None, _) => Err(Refused::no_format()),
        (_, "services") => definition(&asked, of).map(|found| ("service_definition", found)),
        (_, "requests") => request(&asked, of).await.map(|found| ("service_requests", found)),
        (_, "tokens") => token(&asked, of).await.map(|found| ("service_requests", found)),
        _ => Err(Refused::new(StatusCode::NOT_FOUND, "there is no such call")),
    };
    answer::answered(format.unwrap_or(Format::Xml), StatusCode::OK, found)
}

/// `POST /open311/v2/requests.{format}`
pub async fn send(
    State(app): State<App>,
    Path(call): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (call, format) = answer::format_of(&call);
    let mut pairs = Pairs::read(&body);
    // The language may be asked for in the address, as for every other call; what is sent stands in the body alone.
    let query = Pairs::read(query.unwrap_or_default().as_bytes());
    pairs.0.extend(query.0.into_iter().filter(|(name, _)| name == "locale"));
    let asked = asked(&app, &headers, pairs);
    let found = match (format, call) {
        (None, _) => Err(Refused::no_format()),
        (_, "requests") => sending::request(&asked, &headers, &body).await.map(|found| ("service_requests", found)),
        _ => Err(Refused::new(StatusCode::NOT_FOUND, "nothing is sent to this call")),
    };
    answer::answered(format.unwrap_or(Format::Xml), StatusCode::CREATED, found)
}

fn services(asked: &Asked<'_>) -> Node {
    let all = asked.topics();
    let name = |code: &str| all.iter().find(|topic| topic.code == code).map(|topic| asked.say(&topic.name));
    let services = all.iter().map(|topic| {
        let group = name(&topic.parent).unwrap_or_else(|| asked.say(&topic.name));
        Node::Map(vec![
            ("service_code", Node::text(topic.code.as_str())),
            ("service_name", Node::text(asked.say(&topic.name))),
            ("description", Node::text(format!("{} / {}", topic.name.zh, topic.name.en))),
            ("metadata", Node::Bool(true)),
            ("type", Node::text("realtime")),
            ("keywords", Node::text(topic.code.replace('-', ","))),
            ("group", Node::text(group)),
        ])
    });
    Node::List("service", services.collect())
}

/// The questions of a topic, the two that every report answers, and whether a place is needed.
fn definition(asked: &Asked<'_>, code: &str) -> Result<Node, Refused> {
    asked.check_jurisdiction()?;
    let topic = asked.topics().into_iter().find(|topic| topic.code == code);
    let topic = topic.ok_or_else(|| Refused::new(StatusCode::NOT_FOUND, "service_code was not found"))?;
    let office = &asked.app.office;
    let mut attributes: Vec<Node> = Vec::new();
    for (name, values) in [("impact", sending::IMPACTS.as_slice()), ("urgency", sending::URGENCIES.as_slice())] {
        let value = |code: &&str| ((*code).to_owned(), asked.words(&format!("problem-{name}-{code}")));
        let of = Question {
            code: name.to_owned(),
            label: asked.words(&format!("report-{name}")),
            datatype: "singlevaluelist".to_owned(),
            required: false,
            key: String::new(),
            values: values.iter().map(value).collect(),
        };
        attributes.push(attribute(asked, &of, attributes.len()));
    }
    for question in questions(&office.profile, code, office.now()) {
        attributes.push(attribute(asked, &question, attributes.len()));
    }
    attributes.push(place(asked, &topic, attributes.len()));
    Ok(Node::Map(vec![("service_code", Node::text(code)), ("attributes", Node::List("attribute", attributes))]))
}

/// What a service says of the place: nothing to fill in (`variable` is false), but whether a request must name one.
fn place(asked: &Asked<'_>, topic: &Topic, before: usize) -> Node {
    let words = if topic.place { "open311-place-needed" } else { "open311-place-free" };
    Node::Map(vec![
        ("variable", Node::Bool(false)),
        ("code", Node::text("location")),
        ("datatype", Node::text("string")),
        ("required", Node::Bool(topic.place)),
        ("datatype_description", Node::Null),
        ("order", Node::Number(i64::try_from(before).unwrap_or(0) + 1)),
        ("description", Node::text(asked.say(&asked.words(words)))),
    ])
}

fn attribute(asked: &Asked<'_>, question: &Question, before: usize) -> Node {
    let value = |(code, name): &(String, Text)| {
        Node::Map(vec![("key", Node::text(code.as_str())), ("name", Node::text(asked.say(name)))])
    };
    let mut of = vec![
        ("variable", Node::Bool(true)),
        ("code", Node::text(question.code.as_str())),
        ("datatype", Node::text(question.datatype.as_str())),
        ("required", Node::Bool(question.required)),
        ("datatype_description", Node::Null),
        ("order", Node::Number(i64::try_from(before).unwrap_or(0) + 1)),
        ("description", Node::text(asked.say(&question.label))),
    ];
    if question.datatype.ends_with("valuelist") {
        of.push(("values", Node::List("value", question.values.iter().map(value).collect())));
    }
    Node::Map(of)
}

/// Requests by identifier, which overrides all else; or of a stretch of at most ninety days, a thousand at most.
async fn requests(asked: &Asked<'_>) -> Result<Node, Refused> {
    asked.check_jurisdiction()?;
    let office = &asked.app.office;
    let named = asked.pairs.list("service_request_id");
    if !named.is_empty() {
        let mut found = Vec::new();
        for number in named.iter().take(usize::try_from(MOST).unwrap_or(0)) {
            found.extend(office.public_problem(number).await?);
        }
        return Ok(listed(asked, &found));
    }
    let codes = asked.pairs.list("service_code");
    let all = asked.topics();
    if let Some(unknown) = codes.iter().find(|code| !all.iter().any(|topic| topic.code == **code)) {
        return Err(Refused::new(StatusCode::NOT_FOUND, &format!("service_code {unknown} was not found")));
    }
    let open = open_or_closed(&asked.pairs.list("status"))?;
    let opened = stretch(asked)?;
    let found = office.public_problems(opened, &codes, open, MOST).await?;
    Ok(listed(asked, &found))
}

/// One of the two states that the interface knows, or both.
fn open_or_closed(asked: &[String]) -> Result<Option<bool>, Refused> {
    let mut wanted = [false, false];
    for status in asked {
        match status.as_str() {
            "open" => wanted[0] = true,
            "closed" => wanted[1] = true,
            _ => return Err(Refused::new(StatusCode::BAD_REQUEST, "status is open or closed")),
        }
    }
    Ok(match wanted {
        [true, false] => Some(true),
        [false, true] => Some(false),
        _ => None,
    })
}

/// The last ninety days, or what start and end say.
fn stretch(asked: &Asked<'_>) -> Result<(Instant, Instant), Refused> {
    let date = |name: &str| {
        // A plus sign that was not escaped arrives as a blank.
        let given = asked.pairs.get(name).map(|given| Instant::parse(&given.replace(' ', "+")));
        let bad = || Refused::new(StatusCode::BAD_REQUEST, &format!("{name} is a date and time with Z or an offset"));
        given.map(|at| at.ok_or_else(bad)).transpose()
    };
    let (start, end) = (date("start_date")?, date("end_date")?);
    let until = end.or_else(|| start.map(|start| Instant(start.0 + DAYS * DAY))).unwrap_or(asked.app.office.now());
    let from = start.unwrap_or(Instant(until.0 - DAYS * DAY));
    if until < from || until.0 - from.0 > DAYS * DAY {
        return Err(Refused::new(StatusCode::BAD_REQUEST, "from start_date to end_date are at most 90 days"));
    }
    Ok((from, Instant(until.0 + 1)))
}

async fn request(asked: &Asked<'_>, number: &str) -> Result<Node, Refused> {
    asked.check_jurisdiction()?;
    let found = asked.app.office.public_problem(number).await?;
    let found = found.ok_or_else(|| Refused::new(StatusCode::NOT_FOUND, "service_request_id was not found"))?;
    Ok(listed(asked, &[found]))
}

/// Reports are numbered at once. A receipt's identifier serves as the token of those who wait for a number.
async fn token(asked: &Asked<'_>, token: &str) -> Result<Node, Refused> {
    asked.check_jurisdiction()?;
    let number = asked.app.office.public_problem_of_receipt(token).await?;
    let number = number.ok_or_else(|| Refused::new(StatusCode::NOT_FOUND, "token was not found"))?;
    let of = Node::Map(vec![("service_request_id", Node::text(number)), ("token", Node::text(token))]);
    Ok(Node::List("request", vec![of]))
}

fn listed(asked: &Asked<'_>, found: &[PublicProblem]) -> Node {
    let all = asked.topics();
    let profile = &asked.app.office.profile;
    let requests = found.iter().map(|of| {
        let name = all.iter().find(|topic| topic.code == of.topic).map(|topic| asked.say(&topic.name));
        let owner = profile.organ(&of.owner).map(|organ| asked.say(&organ.short));
        Node::Map(vec![
            ("service_request_id", Node::text(of.number.as_str())),
            ("status", Node::text(if of.status.is_open() { "open" } else { "closed" })),
            ("status_notes", Node::text(of.status.code())),
            ("service_name", name.map_or(Node::Null, Node::text)),
            ("service_code", Node::text(of.topic.as_str())),
            ("description", Node::Null),
            ("agency_responsible", owner.map_or(Node::Null, Node::text)),
            ("service_notice", Node::Null),
            ("requested_datetime", Node::text(of.opened.to_string())),
            ("updated_datetime", Node::text(of.updated.to_string())),
            ("expected_datetime", of.due.map_or(Node::Null, |due| Node::text(due.to_string()))),
            ("address", Node::Null),
            ("address_id", Node::Null),
            ("zipcode", Node::Null),
            ("lat", Node::Null),
            ("long", Node::Null),
            ("media_url", Node::Null),
        ])
    });
    Node::List("request", requests.collect())
}
