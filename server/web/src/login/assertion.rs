//! How we show a provider who we are: with a secret that it gave us, or with a token signed by our own key
//! (`private_key_jwt`, RFC 7523), which OpenID NLGov asks for.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use openidconnect::ClientSecret;
use rustls::SignatureScheme;
use rustls::sign::SigningKey;
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject as _;
use server_core::config::ProviderSettings;

/// How long an assertion holds, in seconds.
const HOLDS: i64 = 60;

/// Kind of the assertion, as RFC 7523 names it.
pub(crate) const KIND: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Who we are to a provider.
pub(crate) enum Credentials {
    /// Something that both know.
    Secret(ClientSecret),
    /// Something that only we have.
    Key(ClientKey),
}

/// Our key at a provider.
pub(crate) struct ClientKey {
    key: Arc<dyn SigningKey>,
    scheme: SignatureScheme,
    id: Option<String>,
}

impl Credentials {
    /// Reads the file of a secret or key, or says what is wrong with it.
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
        let der =
            PrivateKeyDer::from_pem_file(file).map_err(|_| wrong("there is no unencrypted private key in PEM form in it"))?;
        let key = rustls::crypto::aws_lc_rs::sign::any_supported_type(&der).map_err(|error| wrong(&error.to_string()))?;
        let offered = [SignatureScheme::RSA_PSS_SHA256, SignatureScheme::ECDSA_NISTP256_SHA256];
        let scheme = key.choose_scheme(&offered).map(|signer| signer.scheme());
        Ok(Self::Key(ClientKey {
            scheme: scheme.ok_or_else(|| wrong("it must be an RSA key, or one on the curve P-256"))?,
            key,
            id: settings.client_key_id.clone(),
        }))
    }
}

impl ClientKey {
    /// A token that says who we are, to `audience`, once.
    pub(crate) fn assertion(&self, client_id: &str, audience: &str, once: &str, now: Timestamp) -> Result<String, rustls::Error> {
        let algorithm = match self.scheme {
            SignatureScheme::RSA_PSS_SHA256 => "PS256",
            _ => "ES256",
        };
        let mut header = serde_json::json!({"alg": algorithm, "typ": "JWT"});
        if let Some(id) = &self.id {
            header["kid"] = id.as_str().into();
        }
        let now = now.as_second();
        let claims = serde_json::json!({
            "iss": client_id, "sub": client_id, "aud": audience, "jti": once, "iat": now, "exp": now + HOLDS,
        });
        let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(&claims));
        let signer = self
            .key
            .choose_scheme(&[self.scheme])
            .ok_or_else(|| rustls::Error::General("the key signs no more".to_owned()))?;
        let signature = signer.sign(signed.as_bytes())?;
        let signature = match self.scheme {
            SignatureScheme::RSA_PSS_SHA256 => signature,
            _ => fixed(&signature).ok_or_else(|| rustls::Error::General("the signature has no two numbers".to_owned()))?,
        };
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// The two numbers of an ECDSA signature in 32 bytes each, as a JWS has them: TLS has them as DER.
fn fixed(der: &[u8]) -> Option<Vec<u8>> {
    let (mut rest, mut numbers) = (der.get(2..)?, Vec::with_capacity(64));
    for _ in 0..2 {
        let length = usize::from(*rest.get(1)?);
        let number = rest.get(2..2 + length)?;
        let number = number.strip_prefix(&[0]).unwrap_or(number);
        numbers.extend(std::iter::repeat_n(0, 32_usize.checked_sub(number.len())?));
        numbers.extend_from_slice(number);
        rest = rest.get(2 + length..)?;
    }
    rest.is_empty().then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_signature_get_their_full_width() {
        let mut der = vec![0x30, 0x00, 0x02, 33, 0x00];
        der.extend([0xff; 32]);
        der.extend([0x02, 1, 7]);
        let numbers = fixed(&der).unwrap();
        assert_eq!(numbers.len(), 64);
        assert_eq!((numbers[0], numbers[31], numbers[32], numbers[63]), (0xff, 0xff, 0, 7));
        assert_eq!(fixed(&der[..20]), None);
        assert_eq!(fixed(&[]), None);
    }
}
