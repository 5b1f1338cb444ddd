//! The table of pages.

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use register::grant::Role;
use tower_http::compression::CompressionLayer;

use crate::state::Web;
use crate::{middleware, pages};

/// Builds the router of all pages with their middleware.
pub fn router(web: Web) -> Router {
    // These require a login.
    let for_visitors = Router::new()
        .route("/", get(pages::search::home::show))
        .route("/zoeken", post(pages::search::ask::ask))
        .route(
            "/resultaat/{id}",
            get(pages::search::answer::show).post(pages::search::ask::change),
        )
        .route("/suggesties", post(pages::search::suggest::suggest))
        .route("/medewerker/{organisation}/{id}", get(pages::entry::show))
        .route("/medewerker/{organisation}/{id}/melding", post(pages::report::report))
        .route("/organisatie/{id}", get(pages::organisation::show))
        .route("/uitloggen", post(pages::login::log_out));

    // These require a role as well.
    let for_publishers = Router::new()
        .route("/eigen", get(pages::own::list::show))
        .route("/eigen/bevestigen", post(pages::own::verify::all))
        .route("/eigen/meldingen", post(pages::own::reports::settle))
        .route("/eigen/nieuw", get(pages::own::edit::new).post(pages::own::edit::create))
        .route("/eigen/{id}", get(pages::own::edit::show).post(pages::own::edit::change))
        .route("/eigen/{id}/bevestigen", post(pages::own::verify::one))
        .route(
            "/eigen/{id}/afwezig",
            get(pages::own::absence::show).post(pages::own::absence::save),
        )
        .route(
            "/eigen/{id}/intrekken",
            get(pages::own::withdraw::show).post(pages::own::withdraw::withdraw),
        )
        .layer(from_fn_with_state(Role::Publish, middleware::require_role));

    let for_operators = Router::new()
        .route("/beheer", get(pages::operate::overview::show))
        .route("/beheer/organisaties", get(pages::operate::organisations::show))
        .route(
            "/beheer/organisaties/nieuw",
            get(pages::operate::connect::new).post(pages::operate::connect::create),
        )
        .route(
            "/beheer/organisaties/{id}",
            get(pages::operate::connect::show).post(pages::operate::connect::change),
        )
        .route("/beheer/organisaties/{id}/stand", post(pages::operate::connect::set_status))
        .route("/beheer/organisaties/{id}/machtigingen", post(pages::operate::grants::give))
        .route(
            "/beheer/organisaties/{id}/machtigingen/{oin}",
            post(pages::operate::grants::revoke),
        )
        .route("/beheer/registers", get(pages::operate::peers::list))
        .route(
            "/beheer/registers/nieuw",
            get(pages::operate::peers::new).post(pages::operate::peers::add),
        )
        .route(
            "/beheer/registers/{register}",
            get(pages::operate::peers::show).post(pages::operate::peers::change),
        )
        .route("/beheer/registers/{register}/proberen", post(pages::operate::peers::check))
        .route(
            "/beheer/registers/{register}/verwijderen",
            post(pages::operate::peers::remove),
        )
        .layer(from_fn_with_state(Role::Operate, middleware::require_role));

    let for_visitors = for_visitors
        .merge(for_publishers)
        .merge(for_operators)
        .layer(from_fn_with_state(web.clone(), middleware::require_login));

    let for_anyone = Router::new()
        .route("/inloggen", get(pages::login::choose))
        .route("/inloggen/demo/{user}", post(pages::login::as_demo_user))
        .route("/inloggen/{provider}", post(pages::login::begin))
        .route("/inloggen/{provider}/terug", get(pages::login::finish))
        .route("/uitgelogd", get(pages::login::logged_out));

    let with_session = for_visitors
        .merge(for_anyone)
        // Inside the session, so that an unknown address still shows the menu to a logged-in visitor.
        .fallback(pages::files::not_found)
        .method_not_allowed_fallback(pages::files::not_found)
        .layer(from_fn_with_state(web.clone(), middleware::open_session));

    Router::new()
        .merge(with_session)
        .route("/static/{file}", get(pages::files::show))
        .route("/robots.txt", get(pages::files::robots))
        .layer(from_fn_with_state(web.clone(), middleware::log_each))
        // Compressing a page with a secret token in it is safe here (BREACH): an attacker cannot make a browser load a page with a
        // text of their choice, because forms need that token and the cookie is not sent from other sites.
        .layer(CompressionLayer::new())
        .with_state(web)
}
