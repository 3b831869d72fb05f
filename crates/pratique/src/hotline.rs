//! The client of GeoReport v2: hands cases over to hotlines, looks how they stand there, and takes them back.

use std::{collections::BTreeMap, time::Duration};

use office::{
    Office,
    channels::Hotline,
    problems::{Outgoing, Outside, Sent},
};
use quick_xml::{Reader, events::Event};
use serde_json::Value;

/// A hotline that says nothing for so long is tried later.
const PATIENCE: Duration = Duration::from_secs(20);
/// The largest answer that is read, bytes.
const MOST: u64 = 1 << 20;
/// A value of an answer has so many characters that matter.
const MOST_VALUE: usize = 2000;

/// A member of an answer by its name.
type Members = BTreeMap<String, String>;

/// Sends what waits, each second, and looks at what is there as often as the configuration says.
pub async fn follow(office: Office) {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        // A request with a key goes nowhere but where the operator said.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(PATIENCE))
        .build()
        .into();
    let mut beat = tokio::time::interval(Duration::from_secs(1));
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    for second in 0_u64.. {
        beat.tick().await;
        let office = office.clone();
        for hotline in &office.channels.hotline {
            if let Err(error) = hand_over(&office, &agent, hotline).await {
                tracing::error!(?error, to = hotline.to, "handing over");
            }
            if second % u64::from(hotline.every) == 0
                && let Err(error) = look(&office, &agent, hotline).await
            {
                tracing::error!(?error, to = hotline.to, "looking at what was handed over");
            }
        }
    }
}

async fn hand_over(office: &Office, agent: &ureq::Agent, hotline: &Hotline) -> Result<(), office::Error> {
    for outgoing in office.outgoing(hotline).await? {
        let sent = post(agent, hotline, &outgoing).await;
        if let Sent::Later(why) | Sent::Refused(why) = &sent {
            tracing::warn!(to = hotline.to, number = outgoing.number, why, "a case is not handed over");
        }
        office.sent(hotline, &outgoing, &sent).await?;
    }
    Ok(())
}

/// Tokens become numbers; what is said of an open case is passed on; what is closed comes back. A hotline that does not answer is asked again the next time.
async fn look(office: &Office, agent: &ureq::Agent, hotline: &Hotline) -> Result<(), office::Error> {
    for outside in office.outside(hotline).await? {
        let Outside { handover, .. } = &outside;
        let path = match handover.reference.as_str() {
            "" => format!("tokens/{}", escaped(&handover.token)),
            reference => format!("requests/{}", escaped(reference)),
        };
        let found = match get(agent, hotline, &path).await {
            Ok(found) => found,
            Err(why) => {
                tracing::warn!(to = hotline.to, number = outside.number, why, "a case cannot be looked at");
                continue;
            }
        };
        let member = |name: &str| found.get(name).map_or("", String::as_str);
        if handover.reference.is_empty() {
            if !member("service_request_id").is_empty() {
                office.numbered(hotline, &outside, member("service_request_id")).await?;
            }
        } else if member("status") == "closed" {
            office.closed_there(hotline, &outside, member("status_notes")).await?;
        } else {
            office.heard_there(hotline, &outside, member("status_notes")).await?;
        }
    }
    Ok(())
}

async fn post(agent: &ureq::Agent, hotline: &Hotline, outgoing: &Outgoing) -> Sent {
    let mut form = outgoing.form.clone();
    form.push(("api_key".to_owned(), String::from_utf8_lossy(&hotline.api_key.0).into_owned()));
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let address = format!("{}/requests.{}", hotline.url, hotline.format);
    let (agent, key) = (agent.clone(), outgoing.number.clone());
    let answered = tokio::task::spawn_blocking(move || {
        let answer = agent
            .post(&address)
            .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
            // A hotline that knows this header takes a retry for what it is; others get the same words again.
            .header("idempotency-key", key)
            .send(body.as_bytes());
        read(answer)
    });
    let (status, text) = match answered.await {
        Ok(Ok(answer)) => answer,
        Ok(Err(why)) => return Sent::Later(why),
        Err(error) => return Sent::Later(error.to_string()),
    };
    let members = members(&hotline.format, &text).unwrap_or_default();
    let member = |name: &str| members.get(name).cloned().unwrap_or_default();
    match status {
        200..300 => match (member("service_request_id"), member("token")) {
            (reference, token) if reference.is_empty() && token.is_empty() => {
                Sent::Later("the answer has neither a number nor a token".to_owned())
            }
            (reference, token) => Sent::Taken { reference, token },
        },
        // What was sent is wrong, and will be so the next time. A key that is refused is the operator's to mend.
        400 | 404 | 422 => Sent::Refused(format!("{status} {}", member("description"))),
        _ => Sent::Later(format!("{status} {}", member("description"))),
    }
}

async fn get(agent: &ureq::Agent, hotline: &Hotline, path: &str) -> Result<Members, String> {
    let jurisdiction = match hotline.jurisdiction.as_str() {
        "" => String::new(),
        named => format!("?jurisdiction_id={}", escaped(named)),
    };
    let address = format!("{}/{path}.{}{jurisdiction}", hotline.url, hotline.format);
    let agent = agent.clone();
    let answered = tokio::task::spawn_blocking(move || read(agent.get(&address).call()));
    let (status, text) = answered.await.map_err(|error| error.to_string())??;
    match status {
        200..300 => members(&hotline.format, &text),
        _ => Err(status.to_string()),
    }
}

fn read(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<(u16, String), String> {
    let mut answer = answer.map_err(|error| error.to_string())?;
    let text = answer.body_mut().with_config().limit(MOST).lossy_utf8(true).read_to_string();
    Ok((answer.status().as_u16(), text.map_err(|error| error.to_string())?))
}

fn escaped(text: &str) -> String {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let byte = |byte: u8| if safe(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(byte).collect()
}

/// The members of the first request (or error) of an answer. Some servers write numbers where words belong.
fn members(format: &str, text: &str) -> Result<Members, String> {
    let found = if format == "xml" { of_xml(text)? } else { of_json(text)? };
    let cut = |value: String| value.trim().chars().take(MOST_VALUE).collect::<String>();
    Ok(found.into_iter().map(|(name, value)| (name, cut(value))).collect())
}

fn of_json(text: &str) -> Result<Members, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let first = if value.is_array() { value.get(0).cloned().unwrap_or_default() } else { value };
    let members = first.as_object().into_iter().flatten();
    let plain = members.filter_map(|(name, value)| match value {
        Value::String(words) => Some((name.clone(), words.clone())),
        Value::Number(number) => Some((name.clone(), number.to_string())),
        _ => None,
    });
    Ok(plain.collect())
}

/// `<service_requests><request><member>words</member>…`: the members of the first child of the root.
fn of_xml(text: &str) -> Result<Members, String> {
    let mut reader = Reader::from_str(text);
    let (mut path, mut found): (Vec<String>, Members) = (Vec::new(), Members::new());
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => path.push(String::from_utf8_lossy(start.local_name().as_ref()).into_owned()),
            Event::End(_) => {
                path.pop();
                if path.len() == 1 {
                    return Ok(found);
                }
            }
            Event::Text(words) if path.len() == 3 => {
                let words = words.decode().map_err(|error| error.to_string())?;
                found.entry(path[2].clone()).or_default().push_str(&words);
            }
            Event::CData(words) if path.len() == 3 => {
                found.entry(path[2].clone()).or_default().push_str(&String::from_utf8_lossy(&words));
            }
            Event::GeneralRef(name) if path.len() == 3 => {
                let entity = match (name.resolve_char_ref(), &name[..]) {
                    (Ok(Some(letter)), _) => letter.to_string(),
                    (_, b"lt") => "<".to_owned(),
                    (_, b"gt") => ">".to_owned(),
                    (_, b"amp") => "&".to_owned(),
                    (_, b"quot") => "\"".to_owned(),
                    (_, b"apos") => "'".to_owned(),
                    // Entities that a document declares itself are not followed.
                    _ => String::new(),
                };
                found.entry(path[2].clone()).or_default().push_str(&entity);
            }
            Event::Eof => return if path.is_empty() { Ok(found) } else { Err("the answer has no end".to_owned()) },
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_formats_give_the_same_members() {
        let json = r#"[{"service_request_id": 638344, "status": "closed", "status_notes": "a < b & \"c\"", "media_url": null}]"#;
        let xml = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<service_requests>\n <request>\n  <service_request_id>638344</service_request_id>\n\
                   <status>closed</status><status_notes>a &lt; b &#38; <![CDATA[\"c\"]]></status_notes><media_url/></request><request><status>open</status></request>\
                   </service_requests>";
        let (one, other) = (members("json", json).expect("read"), members("xml", xml).expect("read"));
        assert_eq!((one["service_request_id"].as_str(), one["status_notes"].as_str()), ("638344", "a < b & \"c\""));
        assert_eq!(one, other);
        let refused = r#"{"code": 400, "description": "no"}"#;
        assert_eq!(members("json", refused).expect("read")["description"], "no");
        let refused = "<errors><error><code>400</code><description>no</description></error></errors>";
        assert_eq!(members("xml", refused).expect("read")["description"], "no");
    }

    #[test]
    fn what_is_no_answer_is_told() {
        for (format, text) in [("json", "<html>"), ("xml", "<a><b>"), ("xml", "<a></b>"), ("json", "")] {
            assert!(members(format, text).is_err(), "{format} {text}");
        }
        assert!(members("json", "[]").expect("an empty list").is_empty());
        let bomb = "<!DOCTYPE a [<!ENTITY x \"boom\">]><a><b><c>&x;</c></b></a>";
        assert_eq!(members("xml", bomb).expect("read")["c"], "", "entities are not followed");
        assert_eq!(escaped("a/../b?c"), "a%2F%2E%2E%2Fb%3Fc");
    }
}
