//! Tokens as providers write them, signed with a key of the test.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use openidconnect::core::{CoreGenderClaim, CoreTokenResponse};
use openidconnect::{EmptyAdditionalClaims, UserInfoClaims};
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
        let body = token_response::with_number(self.response(claims, members));
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
        let verified = self
            .provider
            .verify_id_token(&client, response.id_token().unwrap(), &flow_state, now);
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
    // The userinfo endpoint answers in the same ways.
    let userinfo = json!({"sub": "sanne", "email_verified": "false", "updated_at": "2026-11-28T09:12:33Z"});
    let userinfo = userinfo.to_string().into_bytes();
    let read = UserInfoClaims::<EmptyAdditionalClaims, CoreGenderClaim>::from_json::<HttpError>(&userinfo, None);
    assert!(read.is_ok(), "{:?}", read.err());
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
        (json!({"address": "Dorpsstraat 1"}), "address"),
        (json!({"email": 31_612_345_678_u64}), "email"),
    ] {
        let body = provider.response(&claims, &json!({}));
        let reader = &mut serde_json::Deserializer::from_slice(&body);
        let error = serde_path_to_error::deserialize::<_, CoreTokenResponse>(reader).unwrap_err();
        let error = provider.provider.not_exchanged(&TokenError::Parse(error, body));
        assert_eq!(error.reason(), Reason::LoginFailed);
        let message = error.to_string();
        assert!(message.contains(&format!("the claim `{claim}` of its token")), "{message}");
        assert!(
            !message.contains("123456782") && !message.contains("Dorpsstraat") && !message.contains("316"),
            "{message}"
        );
    }
}
