//! The rest of a body that nobody wanted: a refusal is read by its sender only after he has sent all that he began to send,
//! and a connection closed before that takes the refusal with it.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, BodyDataStream, Bytes, HttpBody},
    extract::Request,
};
use futures_util::{Stream, StreamExt as _};

/// So much of a rest is read and forgotten, bytes; whoever sends more sees his connection end.
const MOST: usize = 64 << 20;
/// So long.
const LONGEST: Duration = Duration::from_secs(10);

/// A body whose rest is read when it is dropped before its end.
struct Whole(Option<BodyDataStream>);

/// Lets the rest of a request's body be read, whatever its handler does.
pub async fn read(request: Request) -> Request {
    if request.body().is_end_stream() {
        return request;
    }
    request.map(|body| Body::from_stream(Whole(Some(body.into_data_stream()))))
}

impl Stream for Whole {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(pieces) = &mut self.0 else { return Poll::Ready(None) };
        let polled = pieces.poll_next_unpin(context);
        // After its end, and after a fault, there is no rest.
        if matches!(&polled, Poll::Ready(None | Some(Err(_)))) {
            self.0 = None;
        }
        polled
    }
}

impl Drop for Whole {
    fn drop(&mut self) {
        // Without a runtime there is no connection either.
        let (Some(mut pieces), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current()) else { return };
        let forgotten = async move {
            let mut left = MOST;
            while let Some(Ok(piece)) = pieces.next().await {
                let Some(after) = left.checked_sub(piece.len()) else { return };
                left = after;
            }
        };
        runtime.spawn(tokio::time::timeout(LONGEST, forgotten));
    }
}
