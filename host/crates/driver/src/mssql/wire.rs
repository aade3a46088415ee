//! The stream that tiberius reads and writes: it follows the packets in both directions and puts in the request to stop.
//!
//! tiberius believes that it speaks without encryption; its PRELOGIN is answered here. What it sends goes out as it is.
//! What comes in is followed, and passed on but for the acknowledgement of a stop that came too late, which belongs to
//! no request.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use super::channel::Channel;
use super::packets::{Packets, Piece};
use super::prelogin::{ANSWER, END_OF_MESSAGE, HEADER_LENGTH, PRELOGIN, answer_for_client};
use super::session::{Breach, Session};
use super::tokens::{Said, Scanner};

const LOGIN: u8 = 0x10;

/// The whole of the request to stop: a header without a body.
const ATTENTION: [u8; HEADER_LENGTH] = [0x06, END_OF_MESSAGE, 0, 8, 0, 0, 1, 0];

/// How long a server may take to acknowledge a stop. It is as long as other clients of SQL Server wait before they hang up,
/// which makes the server roll back by itself.
const ACKNOWLEDGEMENT_PATIENCE: Duration = Duration::from_secs(5);

const READ_LENGTH: usize = 16 * 1024;

/// What is to become of the message that is coming in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It is passed on.
    Passed,
    /// Its first packet tells whether it is the acknowledgement that is owed.
    Undecided { was_stopped: bool },
}

/// A stream that is read along.
#[derive(Debug)]
pub(super) struct Wire {
    channel: Channel,
    session: Session,
    sent: Packets,
    sent_is_new_message: bool,
    prelogin_is_answered: bool,
    login_is_sent: bool,
    came: Packets,
    came_is_new_message: bool,
    scanner: Scanner,
    fate: Fate,
    held: Vec<u8>,
    /// What tiberius may read, and how much of it it has read.
    ready: Vec<u8>,
    ready_read: usize,
    buffer: Vec<u8>,
    attention_left: usize,
    patience: Option<Pin<Box<Sleep>>>,
}

impl Wire {
    /// Reads along from tiberius's PRELOGIN on; the real one is over.
    pub(super) fn new(channel: Channel, session: Session) -> Self {
        Self {
            channel,
            session,
            sent: Packets::default(),
            sent_is_new_message: true,
            prelogin_is_answered: false,
            login_is_sent: false,
            came: Packets::default(),
            came_is_new_message: true,
            scanner: Scanner::default(),
            fate: Fate::Passed,
            held: Vec::new(),
            ready: Vec::new(),
            ready_read: 0,
            buffer: vec![0; READ_LENGTH],
            attention_left: 0,
            patience: None,
        }
    }

    /// Follows what was sent.
    fn follow_sent(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let length = match self.sent.next(bytes)? {
                Piece::Header { length, is_complete } => {
                    if is_complete && std::mem::take(&mut self.sent_is_new_message) && self.sent.kind() != PRELOGIN {
                        self.session.request_began();
                    }
                    length
                }
                Piece::Body { length } => length,
            };
            bytes = &bytes[length..];
            if self.sent.is_at_border() && self.sent.is_last() {
                self.sent_is_new_message = true;
                self.prelogin_is_answered |= self.sent.kind() == PRELOGIN;
                self.login_is_sent |= self.sent.kind() == LOGIN;
            }
        }
        Ok(())
    }

    /// Follows what came in, and passes it on.
    fn follow_came(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let piece = self.came.next(bytes)?;
            let length = match piece {
                Piece::Header { length, is_complete } => {
                    if is_complete {
                        self.packet_began()?;
                    }
                    length
                }
                Piece::Body { length } => {
                    self.listen(&bytes[..length]);
                    length
                }
            };
            self.held.extend(&bytes[..length]);
            bytes = &bytes[length..];
            if self.came.is_at_border() {
                self.packet_ended();
            } else if self.fate == Fate::Passed && !self.came.is_in_header() {
                self.ready.append(&mut self.held);
            }
        }
        Ok(())
    }

    fn packet_began(&mut self) -> io::Result<()> {
        if self.came.kind() != ANSWER {
            let text = "a packet is of a type that no server sends";
            return Err(io::Error::new(io::ErrorKind::InvalidData, text));
        }
        if std::mem::take(&mut self.came_is_new_message) {
            self.scanner.start();
            if self.session.is_acknowledgement_owed() {
                self.fate = Fate::Undecided { was_stopped: false };
            }
        }
        self.session.packet_came(self.came.process());
        Ok(())
    }

    fn listen(&mut self, bytes: &[u8]) {
        let Self { scanner, session, fate, .. } = self;
        scanner.feed(bytes, &mut |said| match (said, &mut *fate) {
            (Said::Stopped, Fate::Undecided { was_stopped }) => *was_stopped = true,
            (said, _) => session.hear(said),
        });
    }

    fn packet_ended(&mut self) {
        let is_last = self.came.is_last();
        self.came_is_new_message = is_last;
        let fate = std::mem::replace(&mut self.fate, Fate::Passed);
        if is_last && fate == (Fate::Undecided { was_stopped: true }) {
            self.held.clear();
            self.session.acknowledgement_came();
            return;
        }
        self.ready.append(&mut self.held);
        if is_last {
            if let Some(byte) = self.scanner.unknown() {
                let text = format!("the server's answer makes no sense at a byte `{byte:#04x}`");
                self.session.broke(Breach::Nonsense(text));
            }
            self.session.answer_ended();
            if !self.session.is_being_stopped() {
                self.patience = None;
            }
        }
    }

    /// Tells the server to stop, if somebody wants that and nothing else is half sent.
    fn poll_attention(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.session.is_stop_due() {
            self.patience.get_or_insert_with(|| Box::pin(sleep(ACKNOWLEDGEMENT_PATIENCE)));
            if self.attention_left == 0 && self.sent.is_at_border() && self.sent_is_new_message {
                self.attention_left = HEADER_LENGTH;
            }
        }
        let was_under_way = self.attention_left > 0;
        while self.attention_left > 0 {
            let left = &ATTENTION[HEADER_LENGTH - self.attention_left..];
            match Pin::new(&mut self.channel).poll_write(cx, left)? {
                Poll::Ready(0) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(length) => self.attention_left -= length,
                Poll::Pending => break,
            }
        }
        if was_under_way && self.attention_left == 0 {
            self.session.stop_was_sent();
            // What cannot be flushed now is flushed with the next request, or patience ends.
            let _ = Pin::new(&mut self.channel).poll_flush(cx)?;
        }
        self.poll_patience(cx)
    }

    fn poll_patience(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(patience) = &mut self.patience else { return Poll::Pending };
        if !self.session.is_being_stopped() {
            self.patience = None;
            return Poll::Pending;
        }
        match patience.as_mut().poll(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(()) => {
                let text = "the server did not acknowledge in time that it was asked to stop";
                Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, text)))
            }
        }
    }
}

impl Wire {
    /// Waits until there is something for tiberius to read. Without anything, the server has hung up.
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.ready_read == self.ready.len() {
            self.ready.clear();
            self.ready_read = 0;
            self.session.wait(cx);
            if let Poll::Ready(result) = self.poll_attention(cx) {
                return Poll::Ready(result);
            }
            let mut buffer = std::mem::take(&mut self.buffer);
            let mut read = ReadBuf::new(&mut buffer);
            let poll = Pin::new(&mut self.channel).poll_read(cx, &mut read);
            let length = read.filled().len();
            let followed = self.follow_came(&buffer[..length]);
            self.buffer = buffer;
            match poll? {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(()) if length == 0 => return Poll::Ready(Err(hung_up())),
                Poll::Ready(()) => followed?,
            }
        }
        Poll::Ready(Ok(()))
    }

    fn poll_send(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.session.wait(cx);
        // A stop that was half sent goes first.
        if self.attention_left > 0
            && let Poll::Ready(result) = self.poll_attention(cx)
        {
            return Poll::Ready(result.map(|()| 0));
        }
        if self.attention_left > 0 {
            return Poll::Pending;
        }
        match Pin::new(&mut self.channel).poll_write(cx, bytes)? {
            Poll::Ready(length) => {
                self.follow_sent(&bytes[..length])?;
                Poll::Ready(Ok(length))
            }
            // A server that does not take the request does not take a stop either.
            Poll::Pending => self.poll_attention(cx).map(|result| result.map(|()| 0)),
        }
    }

    /// Notes what broke the connection; tiberius would pass on some of it.
    fn noted<T>(&self, result: io::Result<T>) -> io::Result<T> {
        result.inspect_err(|error| {
            self.session.broke(match error.kind() {
                io::ErrorKind::InvalidData => Breach::Nonsense(error.to_string()),
                kind => Breach::Lost(kind, error.to_string()),
            });
        })
    }
}

fn hung_up() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the server hung up")
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let poll = this.poll_ready(cx).map(|result| this.noted(result))?;
        if poll.is_ready() {
            let left = &this.ready[this.ready_read..];
            let length = left.len().min(buf.remaining());
            buf.put_slice(&left[..length]);
            this.ready_read += length;
        }
        poll.map(Ok)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if !this.prelogin_is_answered {
            this.follow_sent(buf)?;
            if this.prelogin_is_answered {
                this.ready.extend(answer_for_client());
            }
            return Poll::Ready(Ok(buf.len()));
        }
        this.poll_send(cx, buf).map(|result| this.noted(result))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let poll = Pin::new(&mut this.channel).poll_flush(cx).map(|result| this.noted(result))?;
        if poll.is_ready() && std::mem::take(&mut this.login_is_sent) {
            this.channel.login_was_sent();
        }
        poll.map(Ok)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().channel).poll_shutdown(cx)
    }
}
