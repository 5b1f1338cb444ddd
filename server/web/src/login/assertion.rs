//! How the node authenticates to a provider: with a shared secret, or with an assertion that its own key signs
//! (`private_key_jwt`, RFC 7523), as OpenID NLGov requires.

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PSS_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use openidconnect::ClientSecret;
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject as _;
use server_core::config::ProviderSettings;

/// Lifetime of an assertion, in seconds.
const LIFETIME: i64 = 60;

/// The type of the assertion, as RFC 7523 names it.
pub(crate) const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How the node authenticates to a provider.
pub(crate) enum Credentials {
    /// A secret that the node and the provider share.
    Secret(ClientSecret),
    /// A key that only the node holds.
    Key(ClientKey),
}

/// The key of the node at a provider.
pub(crate) struct ClientKey {
    key: KeyPair,
    id: Option<String>,
}

/// The keys with which OpenID NLGov lets a client sign.
enum KeyPair {
    Rsa(RsaKeyPair),
    Ecdsa(EcdsaKeyPair),
}

impl Credentials {
    /// Reads the file of the secret or the key. Fails with the problem of that file.
    pub(crate) fn read(settings: &ProviderSettings) -> Result<Self, String> {
        if let Some(file) = &settings.client_secret_file {
            let secret = std::fs::read_to_string(file).map_err(|error| format!("`{}`: {error}", file.display()))?;
            let secret = secret.trim();
            return match secret {
                "" => Err(format!("`{}` is empty", file.display())),
                secret => Ok(Self::Secret(ClientSecret::new(secret.to_owned()))),
            };
        }
        let file = settings.client_key_file.as_ref().ok_or("there is no key and no secret")?;
        let wrong = |problem: &str| format!("`{}`: {problem}", file.display());
        let der = PrivateKeyDer::from_pem_file(file).map_err(|_| wrong("it holds no unencrypted private key in PEM form"))?;
        let key = KeyPair::from_der(&der).ok_or_else(|| wrong("it must be an RSA key, or one on the curve P-256"))?;
        Ok(Self::Key(ClientKey {
            key,
            id: settings.client_key_id.clone(),
        }))
    }
}

impl ClientKey {
    /// Signs an assertion for `audience` that names the node as `client_id`. `token_id` makes it usable once.
    pub(crate) fn assertion(
        &self,
        client_id: &str,
        audience: &str,
        token_id: &str,
        now: Timestamp,
    ) -> Result<String, Unspecified> {
        let mut header = serde_json::json!({"alg": self.key.algorithm(), "typ": "JWT"});
        if let Some(id) = &self.id {
            header["kid"] = id.as_str().into();
        }
        let now = now.as_second();
        let claims = serde_json::json!({
            "iss": client_id, "sub": client_id, "aud": audience, "jti": token_id, "iat": now, "exp": now + LIFETIME,
        });
        let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(&claims));
        let signature = self.key.sign(signed.as_bytes())?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

impl KeyPair {
    /// The key in `der`, if it is an RSA key or one on the curve P-256.
    fn from_der(der: &PrivateKeyDer<'_>) -> Option<Self> {
        let rsa = match der {
            PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()),
            der => RsaKeyPair::from_pkcs8(der.secret_der()),
        };
        let ecdsa = || EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_FIXED_SIGNING, der.secret_der());
        rsa.map(Self::Rsa).or_else(|_| ecdsa().map(Self::Ecdsa)).ok()
    }

    /// The algorithm of its signatures, as JWA names it (RFC 7518, 3.1).
    fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "PS256",
            Self::Ecdsa(_) => "ES256",
        }
    }

    /// Signs `message`. An ECDSA signature has the fixed length that JWS requires, not the DER form of TLS.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let random = SystemRandom::new();
        match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PSS_SHA256, &random, message, &mut signature)?;
                Ok(signature)
            }
            Self::Ecdsa(key) => Ok(key.sign(&random, message)?.as_ref().to_vec()),
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_ASN1_SIGNING, KeyPair as _, UnparsedPublicKey};
    use rustls_pki_types::PrivatePkcs8KeyDer;

    use super::*;

    fn pkcs8(algorithm: &'static aws_lc_rs::signature::EcdsaSigningAlgorithm) -> PrivateKeyDer<'static> {
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new()).unwrap();
        PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(document.as_ref().to_vec()))
    }

    #[test]
    fn an_assertion_has_a_signature_of_fixed_length() {
        let key = KeyPair::from_der(&pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING)).unwrap();
        let KeyPair::Ecdsa(pair) = &key else {
            panic!("a key on P-256")
        };
        let public = pair.public_key().as_ref().to_vec();
        let key = ClientKey {
            key,
            id: Some("k1".to_owned()),
        };
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        let assertion = key.assertion("us", "them", "once", now).unwrap();
        let (signed, signature) = assertion.rsplit_once('.').unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        assert_eq!(signature.len(), 64);
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public)
            .verify(signed.as_bytes(), &signature)
            .unwrap();
        let header = URL_SAFE_NO_PAD.decode(signed.split('.').next().unwrap()).unwrap();
        let header: serde_json::Value = serde_json::from_slice(&header).unwrap();
        assert_eq!(header, serde_json::json!({"alg": "ES256", "typ": "JWT", "kid": "k1"}));
    }

    #[test]
    fn a_key_on_another_curve_is_refused() {
        assert!(KeyPair::from_der(&pkcs8(&ECDSA_P384_SHA384_ASN1_SIGNING)).is_none());
    }
}
