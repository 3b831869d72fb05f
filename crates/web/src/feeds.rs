//! Feeds under a secret address: notices as Atom (RFC 4287), limits and meetings as iCalendar (RFC 5545). The rights are those
//! that the person has when the feed is read.

use atom_syndication::{Entry, Feed, FixedDateTime, Link, Person, Text};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::Instant;
use icalendar::{Calendar, Component, Event, EventLike, EventStatus};
use office::{Actor, Error};
use serde_json::json;

use crate::{app::App, layout::Layout, notices, page::Failure, say};

/// `GET /feeds/{secret}/{feed}`: `notices.atom` or `calendar.ics`.
pub async fn feed(
    State(app): State<App>,
    Path((secret, feed)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let actor = app.office.reader_of_feed(&secret).await?;
    let base = base(&headers, app.secure);
    let (kind, body) = match feed.as_str() {
        "notices.atom" => ("application/atom+xml; charset=utf-8", atom(&app, &actor, &base).await?),
        "calendar.ics" => ("text/calendar; charset=utf-8", calendar(&app, &actor, &base).await?),
        _ => return Err(Failure::Error(Error::NotFound)),
    };
    // What has not changed is not sent again (RFC 9110 section 13.1.2).
    let tag = tag_of(&body);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let mut response = match known {
        Some(known) if known.split(',').any(|of| of.trim() == tag) => StatusCode::NOT_MODIFIED.into_response(),
        _ => ([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], body).into_response(),
    };
    let set = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        set.insert(header::ETAG, tag);
    }
    set.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=60"));
    // The address is a secret: nobody else may learn it from a link that is followed.
    set.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response)
}

async fn atom(app: &App, actor: &Actor, base: &str) -> Result<String, Error> {
    let (office, layout) = (&app.office, layout(app, actor));
    let say = |value: &serde_json::Value| words(app, &layout, value);
    let found = office.notices(actor, None).await?.lines;
    let mut entries = Vec::with_capacity(found.len());
    for notice in &found {
        let said = say(&notices::said(&office.profile, notice))?;
        let title = if notice.number.is_empty() { said } else { format!("{} {said}", notice.number) };
        let summary = match notice.data.until {
            Some(until) => Some(Text::plain(say(&json!({"key": "notices-until", "at": {"at": until.0}}))?)),
            None => None,
        };
        entries.push(Entry {
            id: format!("urn:uuid:{}", notice.id),
            title: Text::plain(title),
            updated: moment(notice.at),
            links: vec![Link { href: format!("{base}{}", notice.path()), rel: "alternate".into(), ..Link::default() }],
            summary,
            ..Entry::default()
        });
    }
    let port = &office.profile.port;
    let feed = Feed {
        id: format!("urn:pratique:{}:{}", port.code.to_lowercase(), actor.person),
        title: Text::plain(say(&json!({"key": "feed-title", "port": say::text(&port.name)}))?),
        updated: moment(found.first().map_or(Instant(0), |notice| notice.at)),
        authors: vec![Person { name: port.name.in_language(&layout.lang).to_owned(), ..Person::default() }],
        lang: Some(if layout.lang == "zh" { "zh-CN" } else { "en" }.to_owned()),
        entries,
        ..Feed::default()
    };
    Ok(feed.to_string())
}

async fn calendar(app: &App, actor: &Actor, base: &str) -> Result<String, Error> {
    let (office, layout) = (&app.office, layout(app, actor));
    let mut calendar = Calendar::new();
    calendar.name(office.profile.port.name.in_language(&layout.lang));
    for of in office.calendar(actor).await?.events {
        let start = utc(of.at)?;
        let mut event = Event::new();
        event
            .uid(&format!("{}@{}", of.uid, office.profile.port.code.to_lowercase()))
            .sequence(u32::try_from(of.sequence).unwrap_or(u32::MAX))
            .summary(&words(app, &layout, &notices::event(&office.profile, &of))?)
            .url(&format!("{base}{}", of.path))
            .timestamp(utc(of.changed)?)
            .last_modified(utc(of.changed)?)
            .starts(start)
            .ends(start);
        if of.cancelled {
            event.status(EventStatus::Cancelled);
        }
        calendar.push(event.done());
    }
    Ok(calendar.to_string())
}

fn words(app: &App, layout: &Layout, value: &serde_json::Value) -> Result<String, Error> {
    app.templates.say(layout, value).map_err(|error| Error::Internal(error.to_string()))
}

fn layout(app: &App, actor: &Actor) -> Layout {
    let profile = &app.office.profile;
    Layout {
        lang: if actor.language == "en" { "en" } else { "zh" }.to_owned(),
        now: app.office.now().0,
        zone: profile.port.zone.clone(),
        ..Layout::default()
    }
}

fn moment(at: Instant) -> FixedDateTime {
    utc(at).map(|at| at.fixed_offset()).unwrap_or_default()
}

fn utc(at: Instant) -> Result<chrono::DateTime<chrono::Utc>, Error> {
    chrono::DateTime::from_timestamp_micros(at.0).ok_or_else(|| Error::Internal(format!("no such instant: {at}")))
}

/// The address under which the feed was asked for.
fn base(headers: &HeaderMap, secure: bool) -> String {
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or("localhost");
    format!("{}://{host}", if secure { "https" } else { "http" })
}

/// A tag that is another whenever the body is.
fn tag_of(body: &str) -> String {
    // FNV-1a in 128 bits: two feeds of one person never have the same tag by chance.
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for byte in body.bytes() {
        hash ^= u128::from(byte);
        hash = hash.wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
    }
    format!("\"{hash:032x}\"")
}
