//! Tokens as providers write them, signed with a key of the test.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::CoreTokenResponse;
use serde_json::{Value, json};

use super::*;

const ISSUER: &str = "https://login.example";
const US: &str = "maatwerkregister";
const NOW: i64 = 1_800_000_000;

/// A provider that has been discovered, and its key.
struct Discovered {
    provider: Provider,
    key: EcdsaKeyPair,
}

impl Discovered {
    fn new(change: impl FnOnce(&mut ProviderSettings)) -> Self {
        let secret = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(secret.path(), "geheim").unwrap();
        let mut settings = ProviderSettings {
            id: "proef".into(),
            name: "Proef".into(),
            issuer: ISSUER.into(),
            client_id: US.into(),
            client_secret_file: Some(secret.path().to_owned()),
            client_key_file: None,
            client_key_id: None,
            trust_anchors: Vec::new(),
            scopes: Vec::new(),
            acr: Vec::new(),
            trusted_audiences: Vec::new(),
            name_claim: "name".into(),
            rules: Vec::new(),
        };
        change(&mut settings);
        let provider = Provider::new(&settings).unwrap();
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let point = key.public_key().as_ref();
        let part = |range: std::ops::Range<usize>| URL_SAFE_NO_PAD.encode(&point[range]);
        let keys = json!({"keys": [
            {"kty": "EC", "crv": "P-256", "x": part(1..33), "y": part(33..65), "kid": "k", "use": "sig", "alg": "ES256"}
        ]});
        let metadata: Metadata = serde_json::from_value(json!({
            "issuer": ISSUER,
            "authorization_endpoint": "https://login.example/authorize",
            "token_endpoint": "https://login.example/token",
            "jwks_uri": "https://login.example/keys",
            "end_session_endpoint": "https://login.example/logout",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
        }))
        .unwrap();
        let metadata = metadata.set_jwks(serde_json::from_value(keys).unwrap());
        let at = Timestamp::from_second(NOW).unwrap();
        provider.discovery.store(Some(Arc::new(Discovery { metadata, at })));
        Self { provider, key }
    }

    /// A token response with the standard claims, changed by `claims`.
    fn response(&self, claims: &Value, members: &Value) -> Vec<u8> {
        let mut all = json!({"iss": ISSUER, "sub": "sanne", "aud": US, "iat": NOW - 5, "exp": NOW + 300, "nonce": "n"});
        merge(&mut all, claims);
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&json!({"alg": "ES256", "kid": "k", "typ": "JWT"})), part(&all));
        let signature = self.key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
        let mut response = json!({"access_token": "a", "token_type": "Bearer", "id_token": token});
        merge(&mut response, members);
        response.to_string().into_bytes()
    }

    fn log_in(&self, claims: &Value) -> Result<VerifiedLogin, String> {
        self.log_in_with(claims, &json!({}))
    }

    fn log_in_with(&self, claims: &Value, members: &Value) -> Result<VerifiedLogin, String> {
        self.log_in_by(self.response(claims, members))
    }

    fn log_in_by(&self, response: Vec<u8>) -> Result<VerifiedLogin, String> {
        let received = Received::nothing();
        let body = token_response::readable(response, &received);
        let response: CoreTokenResponse = serde_json::from_slice(&body).map_err(|error| error.to_string())?;
        let client = self
            .provider
            .oidc_client("https://node.example/inloggen/proef/terug")
            .unwrap();
        let flow_state = FlowState {
            provider: "proef".into(),
            state: String::new(),
            nonce: "n".into(),
            verifier: String::new(),
            return_to: String::new(),
        };
        let now = Timestamp::from_second(NOW).unwrap();
        let token = response.id_token().zip(received.get()).unwrap();
        let verified = self.provider.verify_id_token(&client, token, &flow_state, now);
        verified.map_err(|error| error.to_string())
    }
}

fn merge(into: &mut Value, changes: &Value) {
    for (name, value) in changes.as_object().unwrap() {
        into[name] = value.clone();
    }
}

#[test]
fn tokens_of_common_providers_are_accepted() {
    let provider = Discovered::new(|settings| settings.trusted_audiences = vec!["297513405812146741".into()]);
    for (name, claims, members) in [
        ("the standard", json!({}), json!({"expires_in": 3600})),
        (
            "Microsoft",
            json!({"email": "sanne@zaanstad.example", "email_verified": "true"}),
            json!({"expires_in": "3599"}),
        ),
        ("Microsoft without a lifetime", json!({}), json!({"expires_in": ""})),
        (
            "Auth0",
            json!({"updated_at": "2026-11-28T09:12:33.456Z"}),
            json!({"expires_in": 86400}),
        ),
        ("Zitadel", json!({"aud": [US, "297513405812146741"], "azp": US}), json!({})),
        ("one audience in a list", json!({"aud": [US]}), json!({})),
    ] {
        let login = provider.log_in_with(&claims, &members);
        assert_eq!(login.map(|login| login.subject), Ok("sanne".to_owned()), "{name}");
    }
}

#[test]
fn a_claim_that_is_not_verified_may_have_any_type() {
    let provider = Discovered::new(|_| {});
    for claims in [
        json!({"address": "Dorpsstraat 1"}),
        json!({"updated_at": "gisteren"}),
        json!({"updated_at": true}),
        json!({"phone_number_verified": "ja"}),
        json!({"email": 31_612_345_678_u64, "email_verified": 1}),
        json!({"name": ["Sanne"], "birthdate": 1980, "locale": {}}),
        json!({"auth_time": "09:12", "amr": "pwd", "acr": 1, "at_hash": 5}),
    ] {
        let login = provider.log_in(&claims);
        let login = login.unwrap_or_else(|error| panic!("{claims}: {error}"));
        assert_eq!(login.subject, "sanne");
        for (name, value) in claims.as_object().unwrap() {
            assert_eq!(login.claims[name], *value, "the rules see it as it is");
        }
    }
    // A required level of assurance must be a text.
    let strict = Discovered::new(|settings| settings.acr = vec!["hoog".into()]);
    assert!(strict.log_in(&json!({"acr": "hoog"})).is_ok());
    assert!(strict.log_in(&json!({"acr": 1})).is_err());
}

#[test]
fn a_token_without_the_signature_of_its_provider_is_refused() {
    let (provider, stranger) = (Discovered::new(|_| {}), Discovered::new(|_| {}));
    assert!(provider.log_in_by(provider.response(&json!({}), &json!({}))).is_ok());
    assert!(provider.log_in_by(stranger.response(&json!({}), &json!({}))).is_err());
    let response: Value = serde_json::from_slice(&provider.response(&json!({}), &json!({}))).unwrap();
    let token = response["id_token"].as_str().unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    let encode = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let mut claims = Value::Object(received::claims(token).unwrap());
    // Not one of the claims that the library reads: the signature covers it too.
    merge(&mut claims, &json!({"groups": ["beheer"]}));
    let forged = encode(claims);
    for (what, header, payload, signature) in [
        ("another claim", parts[0].to_owned(), forged.as_str(), parts[2]),
        ("no signature", parts[0].to_owned(), parts[1], ""),
        ("no algorithm", encode(json!({"alg": "none"})), forged.as_str(), ""),
        ("a shared secret", encode(json!({"alg": "HS256"})), parts[1], parts[2]),
        ("another key", encode(json!({"alg": "ES256", "kid": "x"})), parts[1], parts[2]),
        (
            "another kind of key",
            encode(json!({"alg": "RS256", "kid": "k"})),
            parts[1],
            parts[2],
        ),
    ] {
        let token = format!("{header}.{payload}.{signature}");
        let mut response = response.clone();
        merge(&mut response, &json!({ "id_token": token }));
        assert!(provider.log_in_by(response.to_string().into_bytes()).is_err(), "{what}");
    }
}

#[test]
fn further_audiences_are_trusted_only_by_setting_and_with_our_azp() {
    let both = json!(["maatwerkregister", "297513405812146741"]);
    let strict = Discovered::new(|_| {});
    assert!(strict.log_in(&json!({"aud": both, "azp": US})).is_err());
    let provider = Discovered::new(|settings| settings.trusted_audiences = vec!["297513405812146741".into()]);
    for refused in [
        json!({"aud": both}),
        json!({"aud": both, "azp": "another-client"}),
        json!({"aud": [US, "another-client"], "azp": US}),
        json!({"aud": ["297513405812146741"], "azp": US}),
        json!({"aud": US, "azp": "another-client"}),
    ] {
        assert!(provider.log_in(&refused).is_err(), "{refused}");
    }
}

#[test]
fn clocks_may_differ_by_some_seconds() {
    let provider = Discovered::new(|_| {});
    for accepted in [json!({"exp": NOW - 20}), json!({"iat": NOW + 20})] {
        assert!(provider.log_in(&accepted).is_ok(), "{accepted}");
    }
    for refused in [
        json!({"exp": NOW - 31}),
        json!({"iat": NOW + 31}),
        json!({"iat": NOW + 86_400, "exp": NOW + 90_000}),
    ] {
        assert!(provider.log_in(&refused).is_err(), "{refused}");
    }
}

#[test]
fn a_token_with_many_groups_is_not_put_in_an_address() {
    let provider = Discovered::new(|_| {});
    let logout = |login: &VerifiedLogin| {
        let url = provider
            .provider
            .logout_url(login.id_token.as_deref(), "https://node.example/uitgelogd");
        url.unwrap()
    };
    let short = provider.log_in(&json!({})).unwrap();
    assert!(logout(&short).contains("id_token_hint=ey"));
    let groups: Vec<String> = (0..200).map(|n| format!("00000000-0000-4000-8000-{n:012}")).collect();
    let long = provider.log_in(&json!({"groups": groups})).unwrap();
    assert_eq!(
        long.claims["groups"].as_array().unwrap().len(),
        200,
        "the rules see all of them"
    );
    let url = logout(&long);
    assert!(url.len() < 200 && url.contains("client_id=maatwerkregister"), "{url}");
}

#[test]
fn a_claim_of_another_type_is_named_without_its_value() {
    let provider = Discovered::new(|_| {});
    for (claims, claim) in [
        (json!({"sub": 123_456_782}), "sub"),
        (json!({"nonce": 123_456_782}), "nonce"),
        (json!({"aud": [123_456_782]}), "aud"),
        (json!({"exp": "123456782"}), "exp"),
    ] {
        let body = token_response::readable(provider.response(&claims, &json!({})), &Received::nothing());
        let reader = &mut serde_json::Deserializer::from_slice(&body);
        let error = serde_path_to_error::deserialize::<_, CoreTokenResponse>(reader).unwrap_err();
        let error = provider.provider.not_exchanged(&TokenError::Parse(error, body));
        assert_eq!(error.reason(), Reason::LoginFailed);
        let message = error.to_string();
        assert!(message.contains(&format!("the claim `{claim}` of its token")), "{message}");
        assert!(!message.contains("123456782"), "{message}");
    }
}
