//! A browser without a screen: it keeps its cookie, sends the form token of the last page, and follows redirects.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use register::grant::Role;
use register::oin::Oin;
use tower::ServiceExt as _;
use web::login::{DemoUser, Login};
use web::{Web, WebParts, router};

use crate::world::{OPERATOR, World, organisation_id};

/// A visitor with a session.
pub(crate) struct Browser {
    pages: Router,
    cookie: String,
    csrf: String,
}

/// A response.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    /// Its path, after redirects.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Browser {
    /// Logs in as the demo user `name`: `sanne` searches, `noor` publishes for CAK, `bas` operates.
    pub(crate) async fn of(world: &World, name: &str) -> Self {
        let user = |id: &str, organisation: &str, roles: &[Role]| DemoUser {
            id: id.to_owned(),
            name: id.to_owned(),
            about: String::new(),
            organisation: organisation_id(organisation),
            roles: roles.to_vec(),
        };
        let web = Web::new(WebParts {
            directory: Arc::clone(&world.directory),
            settings: server_core::config::WebSettings::default(),
            listens_at: "127.0.0.1:443".parse().unwrap(),
            node: Oin::parse(OPERATOR).unwrap(),
            login: Login::demo(vec![
                user("sanne", "gm0363", &[Role::Lookup, Role::Resolve]),
                user("noor", "zb000211", &[Role::Lookup, Role::Resolve, Role::Publish]),
                user("bas", "beheer", &[Role::Lookup, Role::Resolve, Role::Operate]),
            ]),
        });
        let mut browser = Self {
            pages: router(web.map_err(|_| "the page finds its files").unwrap()),
            cookie: String::new(),
            csrf: String::new(),
        };
        browser.get("/inloggen").await;
        let page = browser.post(&format!("/inloggen/demo/{name}"), &[("naar", "/")]).await;
        assert_eq!((page.status, page.path.as_str()), (StatusCode::OK, "/"));
        browser
    }

    /// Opens the page at `path`.
    pub(crate) async fn get(&mut self, path: &str) -> Page {
        let request = Request::get(path)
            .header(header::COOKIE, &self.cookie)
            .header("sec-fetch-mode", "navigate");
        self.send(path, request.body(Body::empty()).unwrap()).await
    }

    /// Posts a form and opens the page that it leads to.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = form(&self.csrf, fields);
        let request = Request::post(path)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(path, request.body(Body::from(body)).unwrap()).await
    }

    async fn send(&mut self, path: &str, request: Request<Body>) -> Page {
        let response = self.pages.clone().oneshot(request).await.unwrap();
        if let Some(cookie) = response.headers().get(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            self.cookie = cookie.split(';').next().unwrap().to_owned();
        }
        if let Some(location) = response.headers().get(header::LOCATION) {
            let location = location.to_str().unwrap().to_owned();
            assert_eq!(response.status(), StatusCode::SEE_OTHER, "a form redirects to a GET");
            return Box::pin(self.get(&location)).await;
        }
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        if let Some(csrf) = value_of(&text, "csrf") {
            self.csrf = csrf;
        }
        Page {
            status,
            path: path.to_owned(),
            text,
        }
    }
}

impl Page {
    /// The value of a hidden field.
    pub(crate) fn hidden(&self, name: &str) -> String {
        value_of(&self.text, name).unwrap_or_else(|| panic!("no hidden field {name} in {}", self.text))
    }

    /// Asserts that the page contains all of `texts`.
    pub(crate) fn says(&self, texts: &[&str]) {
        for text in texts {
            assert!(self.text.contains(text), "`{text}` is not in {}", self.text);
        }
    }
}

/// Encodes the body of a form.
fn form(csrf: &str, fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .append_pair("csrf", csrf)
        .extend_pairs(fields)
        .finish()
}

fn value_of(page: &str, name: &str) -> Option<String> {
    let start = page.find(&format!("name=\"{name}\" value=\""))? + name.len() + 15;
    let rest = &page[start..];
    Some(rest[..rest.find('"')?].to_owned())
}
