//! JavaScript as a row of tokens, without blanks and comments. It is generous: what no parser would take is some token.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// A name or a keyword.
    Word(&'a [u8]),
    /// A number, a text, a regular expression, the end of a template, or the name of a property behind its dot.
    Value,
    /// The beginning of a template.
    Template,
    /// An operator, or what separates.
    Sign(&'a [u8]),
    /// A bracket; `$` for `${` in a template.
    Open(u8),
    /// The end of what a bracket began.
    Close,
}

/// A token, and where it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind<'a>,
    pub(super) at: usize,
    /// Whether a value has ended right before it: then `/` divides, and `(` calls.
    pub(super) follows_value: bool,
}

impl Token<'_> {
    pub(super) fn is_word(&self, word: &[u8]) -> bool {
        self.kind == Kind::Word(word)
    }
}

/// Text → tokens.
pub(super) struct Tokens<'a> {
    text: &'a [u8],
    at: usize,
    open: Vec<Bracket>,
    before: Before,
    in_template: bool,
}

/// What is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bracket {
    /// The parentheses of `if (…)`: behind them a statement begins.
    Head,
    /// `${` of a template, which goes on behind it.
    Template,
    Other,
}

/// What stands before the next token.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Value,
    Dot,
    /// `if`, `for` and others that have parentheses.
    HeadWord,
    Other,
}

/// Keywords behind which a value may begin.
const OPENING: &[&[u8]] = &[
    b"async",
    b"await",
    b"case",
    b"class",
    b"const",
    b"default",
    b"delete",
    b"do",
    b"else",
    b"export",
    b"extends",
    b"function",
    b"import",
    b"in",
    b"instanceof",
    b"new",
    b"of",
    b"return",
    b"throw",
    b"typeof",
    b"var",
    b"void",
    b"yield",
];

/// Keywords with parentheses.
const HEADS: &[&[u8]] = &[b"catch", b"for", b"if", b"switch", b"while", b"with"];

/// Signs of more than one byte, the longest first.
const SIGNS: &[&[u8]] = &[
    b">>>=", b"...", b"===", b"!==", b"**=", b"<<=", b">>=", b">>>", b"&&=", b"||=", b"??=", b"=>", b"==", b"!=",
    b"<=", b">=", b"&&", b"||", b"??", b"?.", b"++", b"--", b"+=", b"-=", b"*=", b"/=", b"%=", b"&=", b"|=", b"^=",
    b"<<", b">>", b"**",
];

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self { text, at: 0, open: Vec::new(), before: Before::Other, in_template: false }
    }

    fn rest(&self) -> &'a [u8] {
        &self.text[self.at..]
    }

    fn skip_blanks(&mut self) {
        loop {
            match self.rest() {
                [byte, ..] if byte.is_ascii_whitespace() => self.at += 1,
                [b'/', b'/', ..] => self.at = end_of_line(self.text, self.at),
                [b'/', b'*', rest @ ..] => {
                    let end = rest.windows(2).position(|window| window == b"*/").map(|at| at + 4);
                    self.at = end.map_or(self.text.len(), |end| self.at + end);
                }
                _ => return,
            }
        }
    }

    /// Takes the text of a template up to its end, or to code within it.
    fn template_text(&mut self) -> Option<Kind<'a>> {
        self.in_template = false;
        loop {
            match self.rest() {
                [] => return None,
                [b'\\', _, ..] => self.at += 2,
                [b'`', ..] => {
                    self.at += 1;
                    return Some(Kind::Value);
                }
                [b'$', b'{', ..] => {
                    self.at += 2;
                    self.open.push(Bracket::Template);
                    return Some(Kind::Open(b'$'));
                }
                _ => self.at += 1,
            }
        }
    }

    fn kind(&mut self) -> Option<Kind<'a>> {
        let (start, rest) = (self.at, self.rest());
        match *rest.first()? {
            b'`' => {
                self.at += 1;
                self.in_template = true;
                Some(Kind::Template)
            }
            open @ (b'(' | b'[' | b'{') => {
                self.at += 1;
                let is_head = open == b'(' && self.before == Before::HeadWord;
                self.open.push(if is_head { Bracket::Head } else { Bracket::Other });
                Some(Kind::Open(open))
            }
            b')' | b']' | b'}' => {
                self.at += 1;
                Some(Kind::Close)
            }
            b'0'..=b'9' => Some(self.number()),
            b'.' if rest.get(1).is_some_and(u8::is_ascii_digit) => Some(self.number()),
            byte if in_word(byte) => {
                let length = rest.iter().take_while(|byte| in_word(**byte)).count();
                self.at += length;
                Some(if self.before == Before::Dot { Kind::Value } else { Kind::Word(&rest[..length]) })
            }
            quote => {
                let end = match quote {
                    b'"' | b'\'' => end_of_text(self.text, start),
                    b'/' if self.before != Before::Value => end_of_regex(self.text, start),
                    _ => None,
                };
                Some(match end {
                    Some(end) => {
                        self.at = end;
                        Kind::Value
                    }
                    None => self.sign(),
                })
            }
        }
    }

    fn number(&mut self) -> Kind<'a> {
        let is_decimal = !self.rest().starts_with(b"0x") && !self.rest().starts_with(b"0X");
        let mut last = 0;
        while let Some(&byte) = self.text.get(self.at) {
            let is_exponent = is_decimal && matches!(byte, b'+' | b'-') && matches!(last, b'e' | b'E');
            if !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.') || is_exponent) {
                break;
            }
            last = byte;
            self.at += 1;
        }
        Kind::Value
    }

    fn sign(&mut self) -> Kind<'a> {
        let rest = self.rest();
        let long = match rest {
            [b'?', b'.', b'0'..=b'9', ..] => None,
            [_, b'=' | b'>' | b'&' | b'|' | b'?' | b'.' | b'+' | b'-' | b'*' | b'<', ..] => {
                SIGNS.iter().find(|sign| rest.starts_with(sign))
            }
            _ => None,
        };
        let length = long.map_or(1, |sign| sign.len());
        self.at += length;
        Kind::Sign(&rest[..length])
    }

    /// Returns what stands before the token after this one.
    fn before_next(&mut self, kind: Kind<'a>) -> Before {
        match kind {
            Kind::Value => Before::Value,
            Kind::Word(b"await") if self.before == Before::HeadWord => Before::HeadWord,
            Kind::Word(word) if HEADS.contains(&word) => Before::HeadWord,
            Kind::Word(word) if OPENING.contains(&word) => Before::Other,
            Kind::Word(_) => Before::Value,
            Kind::Sign(b"++" | b"--") => self.before,
            Kind::Sign(b"." | b"?.") => Before::Dot,
            Kind::Close => match self.open.pop() {
                Some(Bracket::Head) => Before::Other,
                Some(Bracket::Template) => {
                    self.in_template = true;
                    Before::Other
                }
                Some(Bracket::Other) | None => Before::Value,
            },
            Kind::Template | Kind::Sign(_) | Kind::Open(_) => Before::Other,
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if !self.in_template {
            self.skip_blanks();
        }
        let (at, follows_value) = (self.at, self.before == Before::Value);
        let kind = if self.in_template { self.template_text()? } else { self.kind()? };
        self.before = self.before_next(kind);
        Some(Token { kind, at, follows_value })
    }
}

/// Whether a byte is part of a name: letters beyond ASCII and escapes are, whichever they are.
fn in_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'#' | b'\\') || byte >= 0x80
}

fn end_of_line(text: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(byte) = text.get(at) {
        // U+2028 and U+2029 end a line as well.
        if matches!(byte, b'\n' | b'\r')
            || text[at..].starts_with(b"\xe2\x80\xa8")
            || text[at..].starts_with(b"\xe2\x80\xa9")
        {
            break;
        }
        at += 1;
    }
    at
}

/// Returns the end of a text that begins here; one that does not end on its line is none.
fn end_of_text(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match *text.get(at)? {
            b'\\' => at += 1,
            b'\n' => return None,
            byte if byte == text[start] => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
}

/// Returns the end of a regular expression that begins here, with its flags.
fn end_of_regex(text: &[u8], start: usize) -> Option<usize> {
    let (mut at, mut in_class) = (start + 1, false);
    loop {
        match *text.get(at)? {
            b'\\' => at += 1,
            b'\n' => return None,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'/' if !in_class => break,
            _ => {}
        }
        at += 1;
    }
    let flags = text[at + 1..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    Some(at + 1 + flags)
}
