//! Who may ask: no page of another site, by whatever name it reaches this machine, and nobody without the token who acts.
//!
//! A browser that a person has sent to an evil page asks here on behalf of that page. It says so in `Origin`, and, where
//! the page's own name was made to point at this machine ("DNS rebinding"), in `Host`. The token, which is printed where the
//! server was started, is needed for whatever acts, as a header, which no form of another page can send; and at an
//! address that other machines reach, for everything, as a cookie, since a page cannot add a header to all it asks for.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, COOKIE, HOST, LOCATION, ORIGIN, REFERRER_POLICY, SET_COOKIE,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::refusal::Refusal;

/// The header with the token of who acts.
pub const TOKEN: &str = "x-kiln-token";

/// What a page may do: use the script and the style of this server, and ask it. Nothing inline is run.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      img-src 'self' data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What is let in.
#[derive(Debug)]
pub struct Guard {
    token: String,
    cookie: String,
    /// The name by which it was told to listen.
    host: String,
    /// Whether only this machine reaches the server.
    is_private: bool,
}

/// What becomes of a request that is let in.
#[derive(Debug, PartialEq, Eq)]
enum Pass {
    Answered,
    /// It brings the token in its address, to be kept by the browser.
    Welcomed,
}

impl Guard {
    /// For a server told to listen at `host`, which does so at `address`, with a new token.
    pub fn new(host: &str, address: SocketAddr) -> Self {
        Self {
            token: format!("{:032x}", rand::random::<u128>()),
            // Cookies are those of a machine, whatever the port.
            cookie: format!("kiln-{}", address.port()),
            host: host.to_owned(),
            is_private: address.ip().is_loopback(),
        }
    }

    /// What lets one act.
    pub fn token(&self) -> &str {
        &self.token
    }

    fn admit(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<Pass, Refusal> {
        let mut hosts = headers.get_all(HOST).iter();
        let (Some(host), None) = (hosts.next().and_then(|host| host.to_str().ok()), hosts.next()) else {
            return Err(Refusal::forbidden("the request does not say whom it is for"));
        };
        if !self.is_own(host) {
            return Err(Refusal::forbidden("this server is not known by that name: use the address that it printed"));
        }
        if headers.get_all(ORIGIN).iter().any(|origin| !is_from(origin, host)) {
            return Err(Refusal::forbidden("pages of other sites may not ask here"));
        }
        let header = headers.get(TOKEN).is_some_and(|token| self.is_token(token.as_bytes()));
        let acts = method != Method::GET && method != Method::HEAD;
        if !acts && given(uri).is_some_and(|token| self.is_token(token.as_bytes())) {
            return Ok(Pass::Welcomed);
        }
        if acts && !header {
            return Err(Refusal::unknown("who acts needs the token: open the address that was printed at the start"));
        }
        if !self.is_private && !header && !self.has_cookie(headers) {
            return Err(Refusal::unknown("this needs the token: open the address that was printed at the start"));
        }
        Ok(Pass::Answered)
    }

    /// Whether `host` names this server and nothing that somebody else could make point here: an address, or the name
    /// that it was given itself.
    fn is_own(&self, host: &str) -> bool {
        let name = match host.strip_prefix('[') {
            Some(address) => address.split(']').next(),
            None => host.split(':').next(),
        };
        let name = name.unwrap_or_default();
        let is_address = name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback() || !self.is_private);
        is_address || name.eq_ignore_ascii_case("localhost") || name.eq_ignore_ascii_case(&self.host)
    }

    fn has_cookie(&self, headers: &HeaderMap) -> bool {
        let all = headers.get_all(COOKIE).iter().filter_map(|cookies| cookies.to_str().ok());
        let mut pairs = all.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.any(|(name, token)| name == self.cookie && self.is_token(token.as_bytes()))
    }

    /// In a time that does not tell how much of it is right.
    fn is_token(&self, token: &[u8]) -> bool {
        let own = self.token.as_bytes();
        let differs = own.iter().zip(token).fold(0, |differs, (one, other)| differs | (one ^ other));
        own.len() == token.len() && differs == 0
    }

    /// Has the browser keep the token, as a cookie and, in what follows `#`, for the page.
    fn welcome(&self, uri: &Uri) -> Response {
        let cookie = format!("{}={}; HttpOnly; SameSite=Strict; Path=/", self.cookie, self.token);
        let to = format!("{}#token={}", uri.path(), self.token);
        (StatusCode::SEE_OTHER, [(SET_COOKIE, cookie), (LOCATION, to)]).into_response()
    }
}

/// Lets a request in, or says why not; and tells the browser how strict to be with the answer.
pub async fn guard(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    let mut response = match guard.admit(request.method(), request.uri(), request.headers()) {
        Ok(Pass::Answered) => next.run(request).await,
        Ok(Pass::Welcomed) => guard.welcome(request.uri()),
        Err(refusal) => refusal.into_response(),
    };
    let strict = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    response.headers_mut().extend(strict.map(|(name, value)| (name, HeaderValue::from_static(value))));
    response.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Whether `origin` is a page of `host`.
fn is_from(origin: &HeaderValue, host: &str) -> bool {
    let from = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    from.is_some_and(|(_, from)| from.eq_ignore_ascii_case(host))
}

/// The token in an address.
fn given(uri: &Uri) -> Option<&str> {
    uri.query()?.split('&').find_map(|pair| pair.strip_prefix("token="))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(guard: &Guard, method: &Method, path: &str, headers: &[(&str, &str)]) -> Option<Pass> {
        let name = |name: &str| HeaderName::from_bytes(name.as_bytes()).expect("a name");
        let headers = headers.iter().map(|(key, value)| (name(key), HeaderValue::from_str(value).expect("a value")));
        guard.admit(method, &path.parse().expect("an address"), &headers.collect()).ok()
    }

    #[test]
    fn reading_here_needs_the_right_host_and_origin_and_acting_the_token() {
        let guard = Guard::new("127.0.0.1", "127.0.0.1:80".parse().expect("an address"));
        let get = |headers: &[_]| admitted(&guard, &Method::GET, "/", headers);
        for host in ["127.0.0.1", "127.0.0.1:7373", "localhost:9", "LocalHost", "[::1]:7"] {
            assert_eq!(get(&[("host", host)]), Some(Pass::Answered), "{host}");
        }
        for host in ["evil.example", "127.0.0.1.evil.example", "192.168.0.7", "localhost.", "", "[::2]"] {
            assert_eq!(get(&[("host", host)]), None, "{host}");
        }
        assert_eq!(get(&[]), None);
        let local = ("host", "localhost:7");
        assert_eq!(get(&[local, ("host", "evil.example")]), None);
        assert!(get(&[local, ("origin", "http://localhost:7")]).is_some());
        for origin in ["http://localhost:8", "http://evil.example", "null"] {
            assert_eq!(get(&[local, ("origin", origin)]), None, "{origin}");
        }
        let post = |token: &str| admitted(&guard, &Method::POST, "/", &[local, (TOKEN, token)]);
        assert_eq!(post(guard.token()), Some(Pass::Answered));
        assert_eq!(post(&guard.token()[1..]), None);
        assert_eq!(admitted(&guard, &Method::POST, &format!("/?token={}", guard.token()), &[local]), None);
        let cookie = format!("{}={}", guard.cookie, guard.token);
        assert_eq!(
            admitted(&guard, &Method::POST, "/", &[local, ("cookie", &cookie)]),
            None,
            "another page's form has it"
        );
    }

    #[test]
    fn where_other_machines_can_ask_everything_needs_the_token() {
        let guard = Guard::new("kiln.example", "192.168.0.7:80".parse().expect("an address"));
        let host = ("host", "kiln.example:80");
        let get = |path: &str, more: (&str, &str)| admitted(&guard, &Method::GET, path, &[host, more]);
        assert_eq!(get("/kiln.js", ("accept", "*/*")), None);
        let cookie = format!("a=b; {}={}", guard.cookie, guard.token);
        assert_eq!(get("/kiln.js", ("cookie", &cookie)), Some(Pass::Answered));
        assert_eq!(get("/", ("cookie", "kiln-80=0")), None);
        assert_eq!(get(&format!("/?token={}", guard.token), ("accept", "*/*")), Some(Pass::Welcomed));
        assert_eq!(get("/?token=0", ("accept", "*/*")), None);
        assert_eq!(admitted(&guard, &Method::GET, "/", &[("host", "evil.example"), ("cookie", &cookie)]), None);
        assert!(admitted(&guard, &Method::GET, "/", &[("host", "192.168.0.7"), ("cookie", &cookie)]).is_some());
    }
}
