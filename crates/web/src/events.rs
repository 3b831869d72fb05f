//! News for pages that are open: server-sent events (WHATWG HTML, section 9.2), one stream a visible tab.

use std::{collections::VecDeque, convert::Infallible, time::Duration};

use axum::{
    http::{HeaderMap, HeaderName},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::{Stream, stream};
use office::{Actor, Error, Right};

use crate::{
    app::App,
    page::{Failure, Page},
};

/// How often the log is looked at. It moves once or twice a second.
const BEAT: Duration = Duration::from_secs(1);
/// A comment keeps proxies from closing a stream that is still.
const STILL: Duration = Duration::from_secs(15);
/// So many beats pass between two looks at whether the session stands.
const BEATS_A_LOOK: u32 = 15;
/// So many events are read at once.
const AT_ONCE: i64 = 100;

/// `GET /events`: what happened to matters within the reader's reach, after `Last-Event-ID` (or `after`), else from now on.
pub async fn events(page: Page, headers: HeaderMap) -> Result<Response, Failure> {
    // A redirect to the sign-in page would make the browser ask for ever; an error ends the stream for good.
    let (Some(session), Some(token)) = (&page.session, &page.token) else { return Err(Failure::Error(Error::SignIn)) };
    session.actor.require(Right::ReadCalls)?;
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok()).or(page.asked("after"));
    let position = match last.and_then(|last| last.parse().ok()).filter(|last| *last >= 0) {
        Some(position) => position,
        None => page.app.office.news_position().await?,
    };
    let reader = Reader {
        app: page.app.clone(),
        actor: session.actor.clone(),
        token: token.clone(),
        position,
        waiting: VecDeque::from([Event::default().retry(Duration::from_secs(3))]),
        beats: 0,
    };
    let still = KeepAlive::new().interval(STILL);
    // Proxies that gather an answer before they pass it on would hold events back.
    let unbuffered = [(HeaderName::from_static("x-accel-buffering"), "no")];
    Ok((unbuffered, Sse::new(stream_of(reader)).keep_alive(still)).into_response())
}

/// One open stream: where it stands, and what it has still to deliver.
struct Reader {
    app: App,
    actor: Actor,
    token: String,
    position: i64,
    waiting: VecDeque<Event>,
    beats: u32,
}

fn stream_of(reader: Reader) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(reader, |mut reader| async move {
        loop {
            if let Some(event) = reader.waiting.pop_front() {
                return Some((Ok(event), reader));
            }
            tokio::time::sleep(BEAT).await;
            if let Err(error) = reader.look().await {
                if !matches!(error, Error::SignIn) {
                    tracing::warn!(?error, "a stream of events ends");
                }
                return None;
            }
        }
    })
}

impl Reader {
    /// Reads what is new. What the reader may see is decided anew for every event, and nothing is delivered once the
    /// session has ended.
    async fn look(&mut self) -> Result<(), Error> {
        let (events, position) = self.app.office.news_after(&self.actor, self.position, AT_ONCE).await?;
        self.beats += 1;
        if !events.is_empty() || self.beats >= BEATS_A_LOOK {
            self.beats = 0;
            if !self.app.office.session_stands(&self.token).await? {
                return Err(Error::SignIn);
            }
        }
        self.position = position;
        self.waiting.extend(events.into_iter().map(|event| {
            // Data is JSON on one line; a line break would end the field.
            let data = event.data.replace(['\n', '\r'], " ");
            Event::default().event("changed").id(event.position.to_string()).data(data)
        }));
        Ok(())
    }
}
