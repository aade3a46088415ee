//! TLS records inside PRELOGIN packets, which is how this protocol does the handshake; afterwards they travel as they are.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::prelogin::{END_OF_MESSAGE, HEADER_LENGTH, PRELOGIN};

/// What every server takes before a packet size is agreed on.
const PACKET_LENGTH_MAX: usize = 4096;

/// A stream that wraps what is written and unwraps what is read, until told that the handshake is over.
#[derive(Debug)]
pub(super) struct HandshakeStream<S> {
    inner: S,
    wraps: bool,
    /// Written by TLS, not yet framed.
    flight: Vec<u8>,
    /// Framed, not yet sent.
    framed: Vec<u8>,
    header: Vec<u8>,
    body_left: usize,
}

impl<S> HandshakeStream<S> {
    /// Starts with the handshake.
    pub(super) fn new(inner: S) -> Self {
        Self { inner, wraps: true, flight: Vec::new(), framed: Vec::new(), header: Vec::new(), body_left: 0 }
    }

    /// Passes everything on from now on.
    pub(super) fn handshake_is_over(&mut self) {
        self.wraps = false;
    }

    /// Returns the stream below.
    pub(super) fn into_inner(self) -> S {
        self.inner
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> HandshakeStream<S> {
    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flight = std::mem::take(&mut self.flight);
        let mut pieces = flight.chunks(PACKET_LENGTH_MAX - HEADER_LENGTH).peekable();
        while let Some(piece) = pieces.next() {
            let status = if pieces.peek().is_none() { END_OF_MESSAGE } else { 0 };
            let length = u16::try_from(HEADER_LENGTH + piece.len()).expect("a piece fits a packet");
            self.framed.extend([PRELOGIN, status]);
            self.framed.extend(length.to_be_bytes());
            self.framed.extend([0; 4]);
            self.framed.extend(piece);
        }
        while !self.framed.is_empty() {
            let sent = ready!(Pin::new(&mut self.inner).poll_write(cx, &self.framed))?;
            if sent == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.framed.drain(..sent);
        }
        Poll::Ready(Ok(()))
    }

    fn poll_header(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.body_left == 0 {
            let mut byte = [0];
            let mut buffer = ReadBuf::new(&mut byte);
            ready!(Pin::new(&mut self.inner).poll_read(cx, &mut buffer))?;
            if buffer.filled().is_empty() {
                return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
            }
            self.header.extend(buffer.filled());
            if self.header.len() == HEADER_LENGTH {
                let length = usize::from(u16::from_be_bytes([self.header[2], self.header[3]]));
                self.header.clear();
                let text = "a packet of the TLS handshake is shorter than its header";
                let too_short = || io::Error::new(io::ErrorKind::InvalidData, text);
                self.body_left = length.checked_sub(HEADER_LENGTH).ok_or_else(too_short)?;
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for HandshakeStream<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.wraps {
            return Pin::new(&mut this.inner).poll_read(cx, buf);
        }
        ready!(this.poll_send(cx))?;
        ready!(this.poll_header(cx))?;
        // No more than the packet's own: the next one begins with a header.
        let wanted = this.body_left.min(buf.remaining());
        let mut body = ReadBuf::new(buf.initialize_unfilled_to(wanted));
        ready!(Pin::new(&mut this.inner).poll_read(cx, &mut body))?;
        let read = body.filled().len();
        buf.advance(read);
        this.body_left -= read;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for HandshakeStream<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.wraps {
            this.flight.extend(buf);
            return Poll::Ready(Ok(buf.len()));
        }
        ready!(this.poll_send(cx))?;
        Pin::new(&mut this.inner).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_send(cx))?;
        Pin::new(&mut this.inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}
