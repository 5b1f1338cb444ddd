//! Unusual questions. Any text gets an answer; invalid text, tokens and positions get a reason.

use std::time::Duration;

use proto::v1::{Position, SearchFilter, SearchOfficersRequest, SuggestRequest};
use register::position::{Epoch, Position as DomainPosition, Revision};
use tests::caller::timed;
use tests::node::Node;
use tests::refusal::{refused, violations};
use tests::world::{CAK, officers};
use tonic::Request;

fn question(query: &str) -> SearchOfficersRequest {
    SearchOfficersRequest {
        query: query.to_owned(),
        ..Default::default()
    }
}

#[tokio::test]
async fn any_text_gives_an_answer() {
    let node = Node::start().await;
    let publisher = node.publisher(CAK);
    let position = publisher.publish(CAK, officers(CAK, 3)).await.unwrap().position;
    let professional = node.professional();
    assert_eq!(
        professional.find("", position.as_ref()).await.unwrap().len(),
        3,
        "no question means all"
    );
    let control: String = (0..32u8)
        .map(char::from)
        .chain(['\u{7f}', '\u{85}', '\u{200e}', '\u{feff}', '\u{fffd}'])
        .collect();
    let texts = [
        " ".to_owned(),
        "?!.,;:…—–-_()[]{}<>|\\/\"'`~@#$%^&*+=".to_owned(),
        control,
        "maatwerk\0adviseur".to_owned(),
        "AND OR NOT (\"onaf".to_owned(),
        "description:* TO [a TO z]~9^99".to_owned(),
        "e\u{301}\u{301}\u{301}\u{301}n \u{202e}moordtekst 👩‍👩‍👧‍👦 ﷽".to_owned(),
        "x".repeat(10_000),
        "huishouden ".repeat(900),
        "ë".repeat(10_000),
        "a ".repeat(5_000),
    ];
    for text in texts {
        let answer = professional.search(question(&text)).await;
        let answer = answer.unwrap_or_else(|status| panic!("{:?}: {status:?}", text.chars().take(40).collect::<String>()));
        assert!(answer.position.is_some());
    }
    let found = professional.find("?!... wegwijzer !!", None).await.unwrap();
    assert_eq!(found.len(), 3);
}

#[tokio::test]
async fn a_text_of_more_than_ten_thousand_characters_is_refused() {
    let node = Node::start().await;
    let professional = node.professional();
    let status = refused(professional.search(question(&"ë".repeat(10_001))).await, "INVALID_REQUEST");
    assert!(violations(&status).iter().any(|(field, _)| field == "query"), "{status:?}");
    let text = "x".repeat(201);
    let suggest = professional
        .directory
        .clone()
        .suggest(timed(SuggestRequest {
            text,
            limit: 5,
            ..Default::default()
        }))
        .await;
    refused(suggest, "INVALID_REQUEST");
    professional.find("", None).await.unwrap();
}

#[tokio::test]
async fn any_prefix_gives_suggestions_or_none() {
    let node = Node::start().await;
    let professional = node.professional();
    for text in ["", " ", "h", "huurt", "\0", "((", "Scheven", "🙂"] {
        let request = SuggestRequest {
            text: text.to_owned(),
            limit: 0,
            ..Default::default()
        };
        professional.directory.clone().suggest(timed(request)).await.unwrap();
    }
    let request = SuggestRequest {
        text: "huurtoes".to_owned(),
        limit: 5,
        ..Default::default()
    };
    let answer = professional
        .directory
        .clone()
        .suggest(timed(request))
        .await
        .unwrap()
        .into_inner();
    assert!(
        answer.suggestions.iter().any(|one| one.value == "HUURTOESLAG"),
        "{:?}",
        answer.suggestions
    );
}

#[tokio::test]
async fn a_page_token_is_bound_to_its_request() {
    let node = Node::start().await;
    let position = node.publisher(CAK).publish(CAK, officers(CAK, 30)).await.unwrap().position;
    let professional = node.professional();
    let request = SearchOfficersRequest {
        page_size: 7,
        min_position: position,
        ..question("wegwijzer")
    };
    let first = professional.search(request.clone()).await.unwrap();
    assert_eq!((first.total, first.hits.len()), (30, 7));

    // Read all pages: every hit occurs once.
    let mut names: Vec<String> = first.hits.iter().map(tests::caller::hit_name).collect();
    let mut page_token = first.next_page_token.clone();
    while !page_token.is_empty() {
        let page = professional
            .search(SearchOfficersRequest {
                page_token,
                ..request.clone()
            })
            .await
            .unwrap();
        assert!(!page.drifted);
        names.extend(page.hits.iter().map(tests::caller::hit_name));
        page_token = page.next_page_token;
    }
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 30);

    let with_token = |request: SearchOfficersRequest, page_token: &str| SearchOfficersRequest {
        page_token: page_token.to_owned(),
        ..request
    };
    let others = [
        with_token(
            SearchOfficersRequest {
                query: "levensonderhoud".to_owned(),
                ..request.clone()
            },
            &first.next_page_token,
        ),
        with_token(request.clone(), "onzin"),
        with_token(request.clone(), &first.next_page_token[2..]),
        with_token(request.clone(), &"ab".repeat(5_000)),
    ];
    for other in others {
        let status = refused(professional.search(other).await, "PAGE_TOKEN_MISMATCH");
        assert_eq!(status.code(), tonic::Code::InvalidArgument);
    }
    // A page after a change of the register says that it drifted.
    node.publisher(CAK).publish(CAK, officers(CAK, 31)).await.unwrap();
    let mut later = with_token(request, &first.next_page_token);
    later.min_position = Some(professional.position().await.unwrap());
    assert!(professional.search(later).await.unwrap().drifted);
}

#[tokio::test]
async fn a_filter_with_an_unknown_code_names_the_nearest() {
    let node = Node::start().await;
    let request = SearchOfficersRequest {
        filter: Some(SearchFilter {
            competences: vec!["HUURTOESLAX".to_owned()],
            ..Default::default()
        }),
        ..Default::default()
    };
    let status = refused(node.professional().search(request).await, "INVALID_REQUEST");
    assert!(
        violations(&status).iter().any(|(_, text)| text.contains("HUURTOESLAG")),
        "{status:?}"
    );
    let request = SearchOfficersRequest {
        page_size: -1,
        ..Default::default()
    };
    refused(node.professional().search(request).await, "INVALID_REQUEST");
}

#[tokio::test]
async fn unusable_positions_have_their_reasons() {
    let node = Node::start().await;
    let professional = node.professional();
    let here = DomainPosition::from_cookie(&professional.position().await.unwrap().cookie).unwrap();
    let at = |position: DomainPosition| SearchOfficersRequest {
        min_position: Some(Position {
            cookie: position.to_cookie(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let elsewhere = DomainPosition::new(Epoch::from_uuid(uuid::Uuid::from_u128(7)), here.revision);
    refused(professional.search(at(elsewhere)).await, "EPOCH_CHANGED");

    let ahead = DomainPosition::new(here.epoch, Revision(here.revision.0 + 100));
    let mut request = Request::new(at(ahead));
    request.set_timeout(Duration::from_secs(2));
    let answer = professional.directory.clone().search_officers(request).await;
    let status = answer.unwrap_err();
    let expected = ["POSITION_NOT_REACHED", "POSITION_IN_FUTURE"];
    assert!(expected.contains(&tests::refusal::reason(&status).as_str()), "{status:?}");
    professional.find("", None).await.unwrap();
}
