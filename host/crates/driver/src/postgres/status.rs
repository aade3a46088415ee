//! Reads along what the server sends, for one thing that tokio-postgres keeps to itself: whether a transaction is open.
//!
//! Each answer ends with ReadyForQuery, which says so. Everything else is skipped by its length and never looked at.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};

const READY_FOR_QUERY: u8 = b'Z';
const HEADER_LENGTH: usize = 5;

/// What the last ReadyForQuery said; shared with the session.
#[derive(Debug, Clone)]
pub(super) struct TransactionStatus(Arc<AtomicU8>);

impl TransactionStatus {
    /// Starts outside any transaction.
    pub(super) fn new() -> Self {
        Self(Arc::new(AtomicU8::new(b'I')))
    }

    /// Whether a transaction is open and has not failed.
    pub(super) fn is_healthy(&self) -> bool {
        self.0.load(Ordering::SeqCst) == b'T'
    }

    /// Whether a transaction is open, failed or not.
    pub(super) fn is_open(&self) -> bool {
        self.0.load(Ordering::SeqCst) != b'I'
    }
}

/// Follows the borders of messages through a stream that arrives in arbitrary cuts.
#[derive(Debug)]
struct Scanner {
    status: TransactionStatus,
    header: [u8; HEADER_LENGTH],
    header_filled: usize,
    body_left: usize,
}

impl Scanner {
    fn new(status: TransactionStatus) -> Self {
        Self { status, header: [0; HEADER_LENGTH], header_filled: 0, body_left: 0 }
    }

    fn feed(&mut self, mut bytes: &[u8]) {
        while let Some(first) = bytes.first() {
            if self.body_left > 0 {
                if self.header[0] == READY_FOR_QUERY {
                    self.status.0.store(*first, Ordering::SeqCst);
                }
                let skipped = self.body_left.min(bytes.len());
                self.body_left -= skipped;
                bytes = &bytes[skipped..];
            } else {
                self.header[self.header_filled] = *first;
                self.header_filled += 1;
                bytes = &bytes[1..];
                if self.header_filled == HEADER_LENGTH {
                    let [_, length @ ..] = self.header;
                    // The length counts itself, not the type.
                    self.body_left = (u32::from_be_bytes(length) as usize).saturating_sub(4);
                    self.header_filled = 0;
                }
            }
        }
    }
}

/// A stream whose incoming messages are followed.
#[derive(Debug)]
pub(super) struct Watched<S> {
    inner: S,
    scanner: Scanner,
}

impl<S> Watched<S> {
    /// Watches a stream from the protocol's first message on.
    pub(super) fn new(inner: S, status: TransactionStatus) -> Self {
        Self { inner, scanner: Scanner::new(status) }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        let poll = Pin::new(&mut this.inner).poll_read(cx, buf);
        this.scanner.feed(&buf.filled()[before..]);
        poll
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}

impl<S: TlsStream + Unpin> TlsStream for Watched<S> {
    fn channel_binding(&self) -> ChannelBinding {
        self.inner.channel_binding()
    }
}

/// Makes TLS streams that are watched inside the encryption.
pub(super) struct WatchedTls<C> {
    pub(super) connector: C,
    pub(super) status: TransactionStatus,
}

impl<S, C> TlsConnect<S> for WatchedTls<C>
where
    C: TlsConnect<S>,
    C::Future: Send + 'static,
{
    type Stream = Watched<C::Stream>;
    type Error = C::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Stream, Self::Error>> + Send>>;

    fn connect(self, stream: S) -> Self::Future {
        let connecting = self.connector.connect(stream);
        Box::pin(async move { Ok(Watched::new(connecting.await?, self.status)) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(stream: &[u8], expected: (bool, bool)) {
        for size in 1..=stream.len() {
            let status = TransactionStatus::new();
            let mut scanner = Scanner::new(status.clone());
            stream.chunks(size).for_each(|piece| scanner.feed(piece));
            assert_eq!((status.is_open(), status.is_healthy()), expected, "cut every {size} bytes");
        }
    }

    #[test]
    fn the_status_is_found_whatever_the_cuts() {
        // A message without a body; a row that holds what looks like an end; an end.
        let healthy = b"1\0\0\0\x04D\0\0\0\x0aZ\0\0\0\x05IZ\0\0\0\x05T";
        check(healthy, (true, true));
        check(&[healthy, b"C\0\0\0\x05\0Z\0\0\0\x05E".as_slice()].concat(), (true, false));
        check(&[healthy, b"Z\0\0\0\x05I".as_slice()].concat(), (false, false));
        check(b"Z\0\0\0\x05", (false, false));
    }
}
