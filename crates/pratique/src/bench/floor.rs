//! The floor: a bare handler that writes each body as one row in a group commit and does nothing else.

use std::sync::Arc;

use axum::{Router, body::Bytes, extract::State, http::StatusCode, routing::put};
use store::floor::Floor;

use crate::setup;

/// Serves the floor until it is killed.
pub fn serve(store: &str) -> Result<(), String> {
    setup::run(async {
        let floor = Floor::open(store).await.map_err(|error| error.to_string())?;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.map_err(|error| error.to_string())?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        setup::talk(&format!("pratique: serving on http://{address}"));
        let router = Router::new().route("/floor", put(write)).with_state(Arc::new(floor));
        axum::serve(listener, router).await.map_err(|error| error.to_string())
    })
}

async fn write(State(floor): State<Arc<Floor>>, body: Bytes) -> StatusCode {
    match floor.write(body).await {
        Ok(()) => StatusCode::CREATED,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
