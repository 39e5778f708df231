//! The server.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::serve::ListenerExt;
use tokio::net::TcpListener;

use crate::simulator::Simulator;

/// How long open connections may hold up the end.
const GRACE: Duration = Duration::from_secs(2);

impl Simulator {
    /// Serves until `shutdown` resolves; calls that a script delays or hangs are let go then.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let inner = self.inner.clone();
        inner.closing.send_replace(false);
        let mut closing = inner.closing.subscribe();
        // Best effort: without it an answer may wait 40 ms for an acknowledgement.
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        let service = self.router().into_make_service_with_connect_info::<SocketAddr>();
        let serving = axum::serve(listener, service).with_graceful_shutdown(async move {
            shutdown.await;
            inner.closing.send_replace(true);
        });
        let overdue = async move {
            if closing.wait_for(|closing| *closing).await.is_ok() {
                tokio::time::sleep(GRACE).await;
            }
        };
        tokio::select! {
            result = serving.into_future() => result,
            () = overdue => Ok(()),
        }
    }
}
