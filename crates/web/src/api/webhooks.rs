//! Messages of gateways for short messages and chats: signed as Standard Webhooks says, read where the configuration says.

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{Fault, Severity, Text};
use office::{
    Error,
    channels::{Gateway, Signed, verify},
    problems::{Message, MessageTaken, language},
};
use serde_json::{Value, json};

use super::{Problem, json_answer};
use crate::app::App;

/// `POST /webhooks/{gateway}`
pub async fn message(
    State(app): State<App>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let office = &app.office;
    let gateway = office.channels.gateway(&name).ok_or(Problem(Error::NotFound))?;
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
    let signed = Signed {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signatures: header("webhook-signature"),
    };
    verify(&gateway.secrets, signed, &body, office.now())?;
    let message = read(gateway, &body, signed.id)?;
    let sender = format!("{name}/{}", message.sender);
    let hourly = f64::from(gateway.hourly);
    // A flood of one sender waits; nobody else's message does.
    app.senders
        .take_of(&sender, office.now().0, hourly, hourly / 3600.0)
        .map_err(|wait| Problem(Error::TooMany(wait)))?;
    let taken = office.take_message(gateway, &message).await?;
    Ok(answer(gateway, language(&message.text), &taken))
}

fn answer(gateway: &Gateway, language: &str, taken: &MessageTaken) -> Response {
    let created = taken.secret.is_some() && !taken.replayed;
    let status = if created { StatusCode::CREATED } else { StatusCode::OK };
    let words = taken.reply.in_language(language);
    let mut response = match gateway.reply.as_str() {
        "text" => {
            let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
            (status, kind, words.to_owned()).into_response()
        }
        _ => json_answer(
            status,
            &json!({
                "number": taken.number,
                "secret": taken.secret,
                "receipt_id": taken.receipt_id.map(|id| id.to_string()),
                "reply": words,
                "replies": {"zh": taken.reply.zh, "en": taken.reply.en},
            }),
        ),
    };
    let replayed = if taken.replayed { "true" } else { "false" };
    response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static(replayed));
    response
}

/// The message in a body, where the gateway's configuration says that it lies.
fn read(gateway: &Gateway, body: &[u8], delivery: &str) -> Result<Message, Error> {
    let found: Box<dyn Fn(&str) -> String> = match gateway.body.as_str() {
        "form" => {
            let pairs: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
            Box::new(move |name: &str| {
                pairs.iter().find(|(of, _)| of == name).map(|(_, value)| value.clone()).unwrap_or_default()
            })
        }
        _ => {
            let value: Value = serde_json::from_slice(body).map_err(|error| unreadable(&error.to_string()))?;
            Box::new(move |pointer: &str| match value.pointer(pointer) {
                Some(Value::String(text)) => text.clone(),
                Some(Value::Number(number)) => number.to_string(),
                _ => String::new(),
            })
        }
    };
    let at = |place: &str| if place.is_empty() { String::new() } else { found(place) };
    let id = if gateway.id.is_empty() { delivery.to_owned() } else { at(&gateway.id) };
    Ok(Message { id, sender: at(&gateway.sender), text: at(&gateway.text), time: at(&gateway.time) })
}

fn unreadable(why: &str) -> Error {
    Error::Invalid(vec![Fault::new(
        Severity::Error,
        "PQ-WEBHOOK-004",
        "",
        Text::new(format!("消息内容无法读取：{why}"), format!("The body cannot be read: {why}")),
        Text::new("请按网关配置发送 JSON 或表单。", "Send JSON or a form, as the gateway is configured."),
    )])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gateway(body: &str, places: [&str; 4]) -> Gateway {
        let [text, sender, id, time] = places.map(str::to_owned);
        Gateway { body: body.to_owned(), text, sender, id, time, ..Gateway::default() }
    }

    #[test]
    fn a_message_lies_where_the_configuration_says() {
        let json = gateway("json", ["/message/text", "/message/from/id", "", "/at"]);
        let body = r#"{"message": {"text": "闸口 <b>", "from": {"id": 42}}, "at": "2026-12-01T08:00:00Z"}"#;
        let expected = |id: &str, time: &str| Message {
            id: id.to_owned(),
            sender: "42".to_owned(),
            text: "闸口 <b>".to_owned(),
            time: time.to_owned(),
        };
        assert_eq!(read(&json, body.as_bytes(), "d-1").expect("read"), expected("d-1", "2026-12-01T08:00:00Z"));
        let form = gateway("form", ["Body", "From", "MessageSid", ""]);
        let body = "Body=%E9%97%B8%E5%8F%A3+%3Cb%3E&From=42&MessageSid=SM1";
        assert_eq!(read(&form, body.as_bytes(), "d-1").expect("read"), expected("SM1", ""));
        assert!(read(&json, b"Body=x", "d-1").is_err());
        let none = read(&json, b"[]", "d-1").expect("nothing is there, and says so later");
        assert_eq!((none.sender.as_str(), none.text.as_str()), ("", ""));
    }
}
