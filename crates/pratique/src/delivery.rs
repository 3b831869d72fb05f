//! What people and systems are told leaves the house here: letters by a relay or into a folder, and calls of systems. What is
//! due lies in the store, so that a restart loses nothing; each try goes out under the same identifier, by which the other
//! side knows it.

mod letters;
mod systems;

use std::{sync::Arc, time::Duration};

use office::notices::{Outgoing, Sent};
use tokio::task::JoinSet;
use web::app::App;

pub use letters::Relay;
pub use systems::Caller;

/// So many events are read from the log at once.
const AT_ONCE: i64 = 500;
/// So many pages of the log are counted in a beat.
const PAGES: usize = 4;
/// So many letters and calls are on their way at the same time.
const UNDER_WAY: usize = 32;
/// Beats of a second between two looks at limits that come near, and at the hour of the morning brief.
const LOOK: u64 = 20;

/// Tells what happened, and sends what is due, until the program ends.
pub async fn run(app: App, relay: Arc<Relay>, caller: Caller, site: String) {
    let caller = Arc::new(caller);
    let mut beat = tokio::time::interval(Duration::from_secs(1));
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    if let Err(error) = app.office.release_deliveries().await {
        tracing::error!(?error, "deliveries of a former process");
    }
    if let Err(error) = app.office.count_savings().await {
        tracing::error!(?error, "savings");
    }
    let mut under_way = JoinSet::new();
    for nth in 0_u64.. {
        beat.tick().await;
        let app = app.clone();
        while under_way.try_join_next().is_some() {}
        if let Err(error) = tell(&app, nth).await {
            tracing::error!(?error, "telling");
        }
        if let Err(error) = count(&app).await {
            tracing::error!(?error, "counting");
        }
        let free = UNDER_WAY - under_way.len().min(UNDER_WAY);
        match app.office.due_to_send(i64::try_from(free).unwrap_or(0)).await {
            Ok(due) => {
                for outgoing in due {
                    let (app, relay, caller, site) = (app.clone(), relay.clone(), caller.clone(), site.clone());
                    under_way.spawn(async move { send(&app, &relay, &caller, &site, outgoing).await });
                }
            }
            Err(error) => tracing::error!(?error, "deliveries"),
        }
    }
}

async fn tell(app: &App, nth: u64) -> Result<(), office::Error> {
    while app.office.tell_news(AT_ONCE).await? > 0 {}
    if nth.is_multiple_of(LOOK) {
        app.office.tell_limits().await?;
        app.office.tell_brief().await?;
        app.office.tell_resumption().await?;
    }
    // Last: what cannot be followed keeps nobody from being told.
    while app.office.follow_news(AT_ONCE).await? > 0 {}
    app.office.follow_watch_list().await?;
    Ok(())
}

/// Counts what measures did.
async fn count(app: &App) -> Result<(), office::Error> {
    // A long log is counted over many beats: letters go meanwhile.
    for _ in 0..PAGES {
        if app.office.count_effects(AT_ONCE).await? == 0 {
            break;
        }
    }
    Ok(())
}

/// Sends one thing, and notes what came of it.
async fn send(app: &App, relay: &Arc<Relay>, caller: &Arc<Caller>, site: &str, outgoing: Outgoing) {
    let noted = match outgoing {
        Outgoing::Letter(letter) => {
            let sent = match web::letters::write(app, &letter, site).await {
                Ok(written) => {
                    let (relay, of, now) = (relay.clone(), letter.clone(), app.office.now());
                    let sending = tokio::task::spawn_blocking(move || relay.send(&of, &written, now));
                    sending.await.unwrap_or_else(|error| Sent::Later(error.to_string(), None))
                }
                Err(error) => Sent::Later(format!("{error:?}"), None),
            };
            app.office.letter_sent(&letter, &sent).await
        }
        Outgoing::Message(message) => {
            let sent = match web::letters::message(app, &message, site) {
                Ok(text) => {
                    let data = serde_json::json!({"to": message.to, "text": text});
                    let now = app.office.now();
                    let timestamp = now.in_zone(&app.office.profile.zone);
                    let body =
                        serde_json::json!({"type": "message.send", "timestamp": timestamp, "data": data}).to_string();
                    // The operator wrote the gateway's address: it may stand in the house.
                    let (of, at) = (message.clone(), now.0 / 1_000_000);
                    let calling =
                        move || Caller::new(true).call(&of.url, &of.secret, &of.notice.id.to_string(), at, &body);
                    let calling = tokio::task::spawn_blocking(calling);
                    calling.await.unwrap_or_else(|error| Sent::Later(error.to_string(), None))
                }
                Err(error) => Sent::Later(format!("{error:?}"), None),
            };
            app.office.message_sent(&message, &sent).await
        }
        Outgoing::Call { delivery, tries, id, endpoint, url, secret, notice, wco } => {
            let mut body = notice.payload(&app.office.profile.zone);
            if let Some(xml) = wco {
                body["data"]["wco"] = xml.into();
            }
            let body = body.to_string();
            let (caller, at) = (caller.clone(), app.office.now().0 / 1_000_000);
            let calling = tokio::task::spawn_blocking(move || caller.call(&url, &secret, &id.to_string(), at, &body));
            let sent = calling.await.unwrap_or_else(|error| Sent::Later(error.to_string(), None));
            app.office.system_called(delivery, endpoint, tries, &sent).await
        }
    };
    if let Err(error) = noted {
        // The lease ends, and it is sent again under the same identifier.
        tracing::error!(?error, "what came of a delivery cannot be noted");
    }
}
