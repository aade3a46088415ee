//! Reads along what the server sends, for two things that tokio-postgres keeps to itself: whether a transaction is open,
//! and which process of the server's the login spoke to.
//!
//! Each answer ends with ReadyForQuery, which says the one; BackendKeyData says the other. Everything else is skipped by
//! its length and never looked at.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};

const READY_FOR_QUERY: u8 = b'Z';
const BACKEND_KEY_DATA: u8 = b'K';
/// BackendKeyData begins with the process's number, and a secret follows.
const PROCESS_LENGTH: usize = 4;
const HEADER_LENGTH: usize = 5;

/// What the last ReadyForQuery and BackendKeyData said; shared with the session.
#[derive(Debug, Clone)]
pub(super) struct TransactionStatus(Arc<Said>);

#[derive(Debug)]
struct Said {
    status: AtomicU8,
    process: AtomicU32,
}

impl TransactionStatus {
    /// Starts outside any transaction.
    pub(super) fn new() -> Self {
        Self(Arc::new(Said { status: AtomicU8::new(b'I'), process: AtomicU32::new(0) }))
    }

    /// Whether a transaction is open and has not failed.
    pub(super) fn is_healthy(&self) -> bool {
        self.0.status.load(Ordering::SeqCst) == b'T'
    }

    /// Whether a transaction is open, failed or not.
    pub(super) fn is_open(&self) -> bool {
        self.0.status.load(Ordering::SeqCst) != b'I'
    }

    /// Returns the number of the server's process, as the login told it.
    pub(super) fn process(&self) -> Option<u32> {
        Some(self.0.process.load(Ordering::SeqCst)).filter(|process| *process != 0)
    }
}

/// Follows the borders of messages through a stream that arrives in arbitrary cuts.
#[derive(Debug)]
struct Scanner {
    status: TransactionStatus,
    header: [u8; HEADER_LENGTH],
    header_filled: usize,
    body_left: usize,
    /// The first bytes of a BackendKeyData, and how many of them have come.
    process: [u8; PROCESS_LENGTH],
    process_filled: usize,
}

impl Scanner {
    fn new(status: TransactionStatus) -> Self {
        let (header, process) = ([0; HEADER_LENGTH], [0; PROCESS_LENGTH]);
        Self { status, header, header_filled: 0, body_left: 0, process, process_filled: 0 }
    }

    fn feed(&mut self, mut bytes: &[u8]) {
        while let Some(first) = bytes.first() {
            if self.body_left > 0 {
                if self.header[0] == READY_FOR_QUERY {
                    self.status.0.status.store(*first, Ordering::SeqCst);
                }
                let skipped = self.body_left.min(bytes.len());
                if self.header[0] == BACKEND_KEY_DATA {
                    self.take_process(&bytes[..skipped]);
                }
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

impl Scanner {
    fn take_process(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().take(PROCESS_LENGTH - self.process_filled) {
            self.process[self.process_filled] = *byte;
            self.process_filled += 1;
        }
        if self.process_filled == PROCESS_LENGTH {
            self.status.0.process.store(u32::from_be_bytes(self.process), Ordering::SeqCst);
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

    #[test]
    fn the_process_is_found_whatever_the_cuts() {
        let login = b"R\0\0\0\x08\0\0\0\0K\0\0\0\x0c\0\x01\x02\x03\xff\xff\xff\xffZ\0\0\0\x05I";
        for size in 1..=login.len() {
            let status = TransactionStatus::new();
            assert_eq!(status.process(), None);
            let mut scanner = Scanner::new(status.clone());
            login.chunks(size).for_each(|piece| scanner.feed(piece));
            assert_eq!(status.process(), Some(0x0001_0203), "cut every {size} bytes");
        }
    }
}
