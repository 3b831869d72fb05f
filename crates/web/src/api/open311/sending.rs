//! A request that is sent: the same report as from a page, with the interface's own names.

use axum::http::{HeaderMap, StatusCode, header};
use domain::problem::Key;
use office::{NewReport, Request, Scope, problems::Contact};

use super::{
    Asked,
    answer::{Node, Refused},
};

/// What a report says besides the questions of its topic; each may be left out.
pub const IMPACTS: [&str; 8] = crate::pages::problems::IMPACTS;
/// How soon it hurts.
pub const URGENCIES: [&str; 4] = crate::pages::problems::URGENCIES;

/// So many characters a description may have.
const MOST_DESCRIPTION: usize = 4000;
/// The only kind of body that the interface knows.
const FORM: &str = "application/x-www-form-urlencoded";

/// Takes a request: its number at once.
pub async fn request(asked: &Asked<'_>, headers: &HeaderMap, body: &[u8]) -> Result<Node, Refused> {
    let bad = |why: &str| Refused::new(StatusCode::BAD_REQUEST, why);
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    if !kind.to_ascii_lowercase().starts_with(FORM) {
        return Err(bad("the body is application/x-www-form-urlencoded; charset=utf-8"));
    }
    let key = asked.pairs.get("api_key").ok_or_else(|| forbidden("api_key is missing"))?;
    let office = &asked.app.office;
    let (actor, scopes) = office.actor_of_key(key).await?.ok_or_else(|| forbidden("api_key is not known"))?;
    if !scopes.contains(&Scope::Write) {
        return Err(forbidden("api_key may only read"));
    }
    let limited = asked.app.limits.take(&actor.person, office.now().0);
    limited.map_err(|seconds| Refused::from(office::Error::TooMany(seconds)))?;
    asked.check_jurisdiction()?;
    let code = asked.pairs.get("service_code").ok_or_else(|| bad("service_code was not provided"))?;
    let topic = asked.topics().into_iter().find(|topic| topic.code == code);
    let topic = topic.ok_or_else(|| Refused::new(StatusCode::NOT_FOUND, "service_code was not found"))?;
    check_location(asked, topic.place)?;
    let description = asked.pairs.get("description").unwrap_or("");
    if description.chars().count() > MOST_DESCRIPTION {
        return Err(bad("description has at most 4,000 characters"));
    }
    let mut new = new_report(asked, code, description);
    new.read_marks();
    if let Some(hotline) = office.channels.hotline_of(&actor.party_code()) {
        // What this port handed over comes back as what it is, and never as a new report.
        if let Some(number) = new.own_number(&office.profile.port.code)
            && let Some(number) = office.came_back(&hotline.to, &number, description).await?
        {
            return Ok(answer(asked, number, Node::Null));
        }
        new.came_from = Some(hotline.to.clone());
    }
    // Without a key of the sender's own, the same request on the same day is the same one.
    let day = office.now().date(&office.profile.zone);
    let given = headers.get("idempotency-key").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let mut request = Request::new("POST /open311/v2/requests", None, body, "open311");
    let digest: String = request.digest.iter().map(|byte| format!("{byte:02x}")).collect();
    request.key = Some(given.unwrap_or_else(|| format!("{day}/{digest}")));
    let done = office.report(&actor, &new, &request).await?;
    let notice = match asked.language {
        "zh" => {
            format!("凭编号和密码 {} 在 /report/status 查询；签名回执见 /receipts/{}", done.secret, done.receipt_id)
        }
        _ => format!(
            "Number and the secret {} show how it stands at /report/status; the signed receipt lies at /receipts/{}",
            done.secret, done.receipt_id
        ),
    };
    Ok(answer(asked, done.number, Node::text(notice)))
}

fn answer(asked: &Asked<'_>, number: String, notice: Node) -> Node {
    let of = Node::Map(vec![
        ("service_request_id", Node::text(number)),
        ("service_notice", notice),
        ("account_id", asked.pairs.get("account_id").map_or(Node::Null, Node::text)),
    ]);
    Node::List("request", vec![of])
}

fn forbidden(why: &str) -> Refused {
    Refused::new(StatusCode::FORBIDDEN, why)
}

/// One way to say where: coordinates, words or an identifier. What is said must be sound; that something is said is asked
/// of services alone that are tied to a place, as their definitions tell.
fn check_location(asked: &Asked<'_>, needed: bool) -> Result<(), Refused> {
    let bad = |why: &str| Err(Refused::new(StatusCode::BAD_REQUEST, why));
    let degree = |name: &str, most: f64| {
        let given = asked.pairs.get(name);
        given.map(|text| text.parse::<f64>().ok().filter(|degree| degree.is_finite() && degree.abs() <= most))
    };
    match (degree("lat", 90.0), degree("long", 180.0)) {
        (Some(Some(_)), Some(Some(_))) => Ok(()),
        (Some(None), _) | (_, Some(None)) => bad("lat and long are degrees (WGS84)"),
        (Some(_), None) | (None, Some(_)) => bad("lat and long go together"),
        (None, None) if !needed => Ok(()),
        (None, None) if asked.pairs.get("address_string").is_some() || asked.pairs.get("address_id").is_some() => {
            Ok(())
        }
        (None, None) => bad("a location is missing: lat and long, address_string or address_id"),
    }
}

fn new_report(asked: &Asked<'_>, code: &str, description: &str) -> NewReport {
    let text = |name: &str| asked.pairs.get(name).unwrap_or("").to_owned();
    let attribute = |name: &str| asked.pairs.get(&format!("attribute[{name}]")).map(str::to_owned);
    let given = asked.pairs.0.iter().filter_map(|(name, value)| {
        let code = name.strip_prefix("attribute[")?;
        let code = code.strip_suffix("][]").or_else(|| code.strip_suffix(']'))?;
        (code != "impact" && code != "urgency").then(|| (code.to_owned(), value.trim().to_owned()))
    });
    // Where it is, and what it shows, is kept with the words; nothing is fetched from an address that somebody sent.
    let places = ["lat", "long", "address_string", "address_id", "media_url"].into_iter();
    let places = places.filter_map(|name| Some((name.to_owned(), asked.pairs.get(name)?.to_owned())));
    let berth = asked.pairs.get("address_id").filter(|id| asked.app.office.profile.berth(id).is_some());
    let name = format!("{} {}", text("first_name"), text("last_name"));
    NewReport {
        topic: code.to_owned(),
        impact: attribute("impact").unwrap_or_else(|| "ordinary".to_owned()),
        urgency: attribute("urgency").unwrap_or_else(|| "week".to_owned()),
        words: if description.is_empty() { "-".to_owned() } else { description.to_owned() },
        answers: given.chain(places).collect(),
        keys: berth.map(|id| Key::new("berth", id)).into_iter().collect(),
        contact: Contact {
            name: name.trim().to_owned(),
            firm: String::new(),
            email: text("email"),
            phone: text("phone"),
        },
        language: asked.language.to_owned(),
        elsewhere: asked.pairs.get("account_id").map(str::to_owned),
        ..NewReport::default()
    }
}
