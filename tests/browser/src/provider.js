// A real OpenID provider over TLS, with invented users. It listens before it knows its clients: the node needs its address to
// start, and it needs the node's address to register the clients.
import { createServer } from "node:https";
import { constants, generateKeyPairSync, sign } from "node:crypto";
import { Provider as OpenIdProvider } from "oidc-provider";

/** The users. Any password is accepted. */
export const PEOPLE = {
  sanne: { name: "Sanne de Vries", organisation: "gm0363", access: { roles: ["professional"] } },
  // Another person with the same name.
  naamgenoot: { name: "Sanne de Vries", organisation: "gm0363", access: { roles: ["professional"] } },
  noor: { name: "Noor Jansen", organisation: "zb000211", access: { roles: ["publisher"] } },
  nico: { name: "Nico Bakker", organisation: "zb000211", access: { roles: ["publisher"] } },
  kim: { name: "Kim Kwartel", organisation: "kredietbank-kwartel", access: { roles: ["publisher"] } },
  bas: { name: "Bas Beheer", access: { roles: ["operator"] } },
  vreemd: { name: "Vera Vreemd", access: { roles: [] } },
};

/** The provider, on a port of its own. */
export class Provider {
  constructor(tls) {
    this.server = createServer(tls, (request, response) => this.answer(request, response));
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.clientKey = privateKey.export({ type: "pkcs8", format: "pem" });
    this.clientJwk = { ...publicKey.export({ format: "jwk" }), kid: "browser", use: "sig", alg: "ES256" };
    this.secret = "een-lang-geheim-voor-de-proef-0123456789";
    this.signingKey = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    this.signing = { ...this.signingKey.export({ format: "jwk" }), use: "sig", kid: "signing" };
  }

  async listen() {
    await new Promise((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    this.issuer = `https://localhost:${this.server.address().port}`;
  }

  /** Registers the page at each of `origins` as two clients, which authenticate in different ways. Claims are in the ID token, or
   * only at the userinfo endpoint. */
  know(origins, { claimsInToken = true } = {}) {
    const client = (id, auth) => ({
      client_id: `mwr-${id}`,
      redirect_uris: origins.map((origin) => `${origin}/inloggen/${id}/terug`),
      post_logout_redirect_uris: origins.map((origin) => `${origin}/uitgelogd`),
      id_token_signed_response_alg: "PS256",
      ...auth,
    });
    const provider = new OpenIdProvider(this.issuer, {
      clients: [
        client("proef", {
          token_endpoint_auth_method: "private_key_jwt",
          token_endpoint_auth_signing_alg: "ES256",
          jwks: { keys: [this.clientJwk] },
        }),
        client("tweede", { client_secret: this.secret, token_endpoint_auth_method: "client_secret_basic" }),
      ],
      jwks: { keys: [this.signing] },
      cookies: { keys: ["cookies-of-a-test"] },
      enabledJWA: { idTokenSigningAlgValues: ["PS256", "RS256"] },
      claims: { openid: ["sub"], mwr: ["name", "organisation", "access"] },
      scopes: ["openid", "mwr"],
      conformIdTokenClaims: !claimsInToken,
      pkce: { required: () => true },
      features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
      findAccount: (_, id) => PEOPLE[id] && { accountId: id, claims: () => ({ sub: id, ...PEOPLE[id] }) },
      // Consent is given in advance, as at an employer's own provider.
      async loadExistingGrant(ctx) {
        const { client, session } = ctx.oidc;
        const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
        grant.addOIDCScope("openid mwr");
        await grant.save();
        return grant;
      },
    });
    this.handler = provider.callback();
  }

  /** Signs ID tokens with claims changed by `change`, as providers do that give a claim another type than the standard. */
  sign(change) {
    this.change = change;
  }

  answer(request, response) {
    if (!this.handler) return response.writeHead(503).end();
    if (this.change && request.url.startsWith("/token")) this.changeToken(response, this.change);
    return this.handler(request, response);
  }

  changeToken(response, change) {
    const end = response.end.bind(response);
    response.end = (body) => {
      const members = JSON.parse(body);
      const [header, payload] = members.id_token.split(".");
      const claims = change(JSON.parse(Buffer.from(payload, "base64url")));
      const signed = `${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
      const key = { key: this.signingKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
      members.id_token = `${signed}.${sign("sha256", signed, key).toString("base64url")}`;
      const text = JSON.stringify(members);
      response.setHeader("content-length", Buffer.byteLength(text));
      return end(text);
    };
  }

  async close() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
