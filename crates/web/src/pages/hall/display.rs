//! The display on the wall: numbers with their desks in two languages at once, read aloud where a browser can, and a line
//! that says so when the connection is lost. It recovers by itself.

use std::{collections::VecDeque, convert::Infallible, time::Duration};

use axum::{
    http::HeaderName,
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
};
use futures_util::{Stream, stream};
use office::hall::{Board, Shown};
use serde_json::{Value, json};

use super::{
    super::sign_in::{Peer, take_try},
    both,
};
use crate::{
    app::App,
    page::{Failure, Page},
    say,
};

/// How often the numbers are looked at.
const LOOK: Duration = Duration::from_secs(1);
/// A sign of life goes out after so many looks; a display that misses three of them says that it has lost its connection.
const LOOKS_A_BEAT: u32 = 5;
/// A stream ends after so many looks, and the display opens another: nobody holds one for ever.
const LOOKS: u32 = 600;

/// `GET /hall/display`
///
/// # Errors
/// The store's own.
pub async fn show(page: Page) -> Result<Response, Failure> {
    let board = page.app.office.hall_board().await?;
    let called: Vec<Value> = board.called.iter().map(|shown| called(&page.app, shown)).collect::<Result<_, _>>()?;
    let lines: Vec<Value> = board
        .lines
        .iter()
        .map(|(line, n, wait)| {
            let wait = match wait {
                Some(wait) => both(&page.app, &json!({"for": wait}))?,
                None => json!(null),
            };
            Ok(json!({"name": {"zh": line.1.zh, "en": line.1.en}, "n": n, "wait": wait}))
        })
        .collect::<Result<_, Failure>>()?;
    let word = |key: &str| both(&page.app, &say::key(key));
    let view = json!({
        "called": called, "lines": lines, "mark": mark(&board),
        "words": {"line": word("hall-line")?, "title": word("hall-display")?, "number": word("hall-number")?, "desk": word("hall-desk")?, "none": word("hall-display-none")?,
                  "waiting": word("hall-waiting")?, "wait": word("hall-wait")?, "lost": word("hall-lost")?, "sound": word("hall-sound")?},
    });
    page.draw("hall/display.html", &page.layout("hall"), &view)
}

/// A number with what is read aloud: letter and digits one by one, so that voices of every kind say them alike.
fn called(app: &App, shown: &Shown) -> Result<Value, Failure> {
    let spelled: String = shown.name.chars().flat_map(|letter| [letter, ' ']).collect();
    let aloud = both(
        app,
        &json!({"key": "hall-call", "number": spelled.trim(), "desk": {"zh": shown.desk.1.zh, "en": shown.desk.1.en}}),
    )?;
    Ok(
        json!({"name": shown.name, "desk": {"zh": shown.desk.1.zh, "en": shown.desk.1.en}, "code": shown.desk.0, "aloud": aloud,
              "call": format!("{}/{}/{}", shown.name, shown.desk.0, shown.calls)}),
    )
}

/// Another whenever something is called.
fn mark(board: &Board) -> String {
    board.called.first().map_or_else(String::new, |shown| format!("{}/{}/{}", shown.name, shown.calls, shown.at.0))
}

/// `GET /hall/display/stream`: `called` when a number is called, `beat` as a sign of life.
///
/// # Errors
/// Too many tries.
pub async fn stream(page: Page, peer: Peer) -> Result<Response, Failure> {
    take_try(&page.app, &peer)?;
    let last = page.app.office.last_call().await?;
    let watch =
        Watch { app: page.app, last, waiting: VecDeque::from([beat().retry(Duration::from_secs(2))]), looks: 0 };
    // Proxies that gather an answer before they pass it on would hold a call back.
    let unbuffered = [(HeaderName::from_static("x-accel-buffering"), "no")];
    Ok((unbuffered, Sse::new(watched(watch))).into_response())
}

struct Watch {
    app: App,
    last: i64,
    waiting: VecDeque<Event>,
    looks: u32,
}

fn beat() -> Event {
    Event::default().event("beat").data("-")
}

fn watched(watch: Watch) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(watch, |mut watch| async move {
        loop {
            if let Some(event) = watch.waiting.pop_front() {
                return Some((Ok(event), watch));
            }
            if watch.looks >= LOOKS {
                return None;
            }
            tokio::time::sleep(LOOK).await;
            watch.looks += 1;
            let last = match watch.app.office.last_call().await {
                Ok(last) => last,
                Err(error) => {
                    tracing::warn!(?error, "the stream of a display ends");
                    return None;
                }
            };
            if last != watch.last {
                watch.last = last;
                watch.waiting.push_back(Event::default().event("called").data(last.to_string()));
            } else if watch.looks.is_multiple_of(LOOKS_A_BEAT) {
                watch.waiting.push_back(beat());
            }
        }
    })
}
