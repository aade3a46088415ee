//! What a registry asks to be shown (RFC 9110 §11.6.1): a password, or a token that another server gives for one, as the
//! token authentication of docker's registries has it. Whether it is shown is decided in `login.rs`.

use http_auth::ChallengeRef;
use http_auth::parser::ChallengeParser;
use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};

/// What is to be shown with each request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Challenge {
    /// A name and a password.
    Password,
    /// A token.
    Token {
        /// Where it is given.
        realm: String,
        /// What the server that gives it calls the registry.
        service: Option<String>,
    },
}

impl Challenge {
    /// Returns what an answer asks for; a token where it takes both, as a password is then shown to fewer. What cannot be
    /// read, and what nobody here could show, is not asked for.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let texts = headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
        let asked: Vec<Self> = texts
            .flat_map(|text| ChallengeParser::new(text).map_while(Result::ok))
            .filter_map(|one| known(&one))
            .collect();
        let token = asked.iter().find(|one| matches!(one, Self::Token { .. }));
        token.or(asked.first()).cloned()
    }
}

fn known(one: &ChallengeRef<'_>) -> Option<Challenge> {
    let value = |name: &str| {
        let of_name = one.params.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        of_name.map(|(_, value)| value.to_unescaped())
    };
    match one.scheme {
        scheme if scheme.eq_ignore_ascii_case("Basic") => Some(Challenge::Password),
        scheme if scheme.eq_ignore_ascii_case("Bearer") => {
            value("realm").map(|realm| Challenge::Token { realm, service: value("service") })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn check(texts: &[&str], expected: Option<Challenge>) {
        let mut headers = HeaderMap::new();
        for text in texts {
            headers.append(WWW_AUTHENTICATE, HeaderValue::from_bytes(text.as_bytes()).expect("a header"));
        }
        assert_eq!(Challenge::of(&headers), expected, "{texts:?}");
    }

    fn token(realm: &str, service: Option<&str>) -> Option<Challenge> {
        Some(Challenge::Token { realm: realm.to_owned(), service: service.map(str::to_owned) })
    }

    #[test]
    fn a_token_is_asked_for_with_its_realm() {
        let realm = "https://auth.example.org/token";
        check(
            &[r#"Bearer realm="https://auth.example.org/token",service="registry",scope="repository:x:pull""#],
            token(realm, Some("registry")),
        );
        check(
            &[r#"bearer service="a \"b\", c" , Realm="https://auth.example.org/token""#],
            token(realm, Some(r#"a "b", c"#)),
        );
        check(&[r#"Bearer realm="https://auth.example.org/token",error="invalid_token""#], token(realm, None));
        check(&["Bearer realm=x"], token("x", None));
        check(&[r#"Bearer realm="a",realm="b""#], token("a", None));
    }

    #[test]
    fn a_password_is_asked_for_where_no_token_is() {
        check(&[r#"Basic realm="tests""#], Some(Challenge::Password));
        check(&["BASIC"], Some(Challenge::Password));
        check(&[r#"Negotiate, Basic realm="x", charset="UTF-8""#], Some(Challenge::Password));
        check(&[r#"Basic realm="x", Bearer realm="y""#], token("y", None));
        check(&[r#"Basic realm="x""#, r#"Bearer realm="y""#], token("y", None));
        check(&[r#"Bearer service="no realm""#, r#"Basic realm="x""#], Some(Challenge::Password));
    }

    #[test]
    fn what_cannot_be_read_is_not_asked_for() {
        for text in [
            "",
            "Negotiate",
            r#"Digest realm="x", nonce="y""#,
            "Bearer",
            r#"Bearer realm="x"#,
            "realm=x",
            "Basicrealm",
            "é",
        ] {
            check(&[text], None);
        }
        check(&[], None);
        check(&["é", "Basic"], Some(Challenge::Password));
    }
}
