//! The floor: a bare handler that writes as many bytes as a submission does, its own at their head, as one row in a group
//! commit, and does nothing else.

use std::sync::Arc;

use axum::{Router, body::Bytes, extract, http::StatusCode, routing::put};
use store::floor::Floor;

use crate::setup;

/// What the handler has: the store, and how many bytes each row has at least.
struct State {
    floor: Floor,
    bytes: usize,
}

/// Serves the floor until it is killed.
pub fn serve(store: &str, bytes: usize) -> Result<(), String> {
    setup::run(async {
        let floor = Floor::open(store).await.map_err(|error| error.to_string())?;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.map_err(|error| error.to_string())?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        setup::talk(&format!("pratique: serving on http://{address}"));
        let router = Router::new().route("/floor", put(write)).with_state(Arc::new(State { floor, bytes }));
        axum::serve(listener, router).await.map_err(|error| error.to_string())
    })
}

async fn write(extract::State(state): extract::State<Arc<State>>, body: Bytes) -> StatusCode {
    let mut row = Vec::with_capacity(state.bytes.max(body.len()));
    row.extend_from_slice(&body);
    row.resize(state.bytes.max(body.len()), b' ');
    match state.floor.write(row.into()).await {
        Ok(()) => StatusCode::CREATED,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
