// The world that the stories share: the demo's register, served by a node whose users log in at an OpenID provider.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { Node, folder } from "./processes.js";
import { Provider } from "./provider.js";

const BIN = process.env.MWR_BIN_DIR ?? new URL("../../../target/debug", import.meta.url).pathname;
export const BINARY = join(BIN, "maatwerkregister");
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

// Starts Chromium without a desktop, and without calls to anything outside this machine.
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
];

export class World {
  /** Creates a world and starts it. */
  static async start() {
    const world = new World();
    await world.start();
    return world;
  }

  /** Fills a register, and starts a provider, a node and a browser. */
  async start() {
    this.data = join(folder(), "register");
    const demo = new Node(BINARY, ["demo", "--data", this.data, "--port", "0"], this.data);
    await demo.ready();
    await demo.stop();
    const pki = (name) => join(this.data, "pki", name);
    this.provider = new Provider({ cert: readFileSync(pki("node.pem")), key: readFileSync(pki("node.key")) });
    await this.provider.listen();
    this.node = await this.serve();
    this.provider.know([this.node.origin]);
    this.browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  }

  /** Serves the register with `web` added to that section of the configuration. */
  async serve(web = "") {
    return this.serveFolder(this.data, { web });
  }

  /** Serves the register in `data`. `web` is added to that section of the configuration, `more` at its end; `env` is added to the
   * environment. */
  async serveFolder(data, { web = "", more = "", env = {} } = {}) {
    const pki = (name) => JSON.stringify(join(data, "pki", name));
    const secrets = join(data, "..");
    writeFileSync(join(secrets, "key.pem"), this.provider.clientKey);
    writeFileSync(join(secrets, "secret"), this.provider.secret);
    writeFileSync(join(secrets, "login.toml"), this.login(secrets));
    writeFileSync(
      join(secrets, "node.toml"),
      `[storage]\nfolder = ${JSON.stringify(data)}\n` +
        `[listen]\ngrpc = "127.0.0.1:0"\noperation = "127.0.0.1:0"\n` +
        `[tls]\ncertificate = ${pki("node.pem")}\nkey = ${pki("node.key")}\ntrust_anchors = [${pki("ca.pem")}]\n` +
        `[web]\nlisten = "127.0.0.1:0"\nlogin = ${JSON.stringify(join(secrets, "login.toml"))}\n` +
        (web || "requests_per_session = 0\nrequests_per_address = 0\n") +
        more,
    );
    const node = new Node(BINARY, ["serve", "--config", join(secrets, "node.toml")], data, env);
    const ready = await node.ready();
    node.origin = ready.web;
    node.metrics = ready.metrics;
    node.grpc = ready.grpc;
    return node;
  }

  /** The login configuration, with two clients of the provider. */
  login(secrets) {
    const at = (name) => JSON.stringify(join(secrets, name));
    const rule = (role, roles, organisation) =>
      `[[provider.rule]]\nclaim = "access.roles"\nvalue = "${role}"\n${organisation}\nroles = ${JSON.stringify(roles)}\n`;
    const provider = (id, name, credentials) =>
      `[[provider]]\nid = "${id}"\nname = "${name}"\nissuer = "${this.provider.issuer}"\nclient_id = "mwr-${id}"\n${credentials}\n` +
      `trust_anchors = [${JSON.stringify(join(this.data, "pki", "ca.pem"))}]\nscopes = ["mwr"]\n` +
      rule("professional", ["lookup", "resolve"], 'organisation_claim = "organisation"') +
      rule("publisher", ["lookup", "resolve", "publish"], 'organisation_claim = "organisation"') +
      rule("operator", ["lookup", "resolve", "operate"], 'organisation = "lmm"');
    return (
      provider("proef", "Proefaccount", `client_key_file = ${at("key.pem")}\nclient_key_id = "browser"`) +
      provider("tweede", "Tweede account", `client_secret_file = ${at("secret")}`)
    );
  }

  /** Restarts the node with other settings, which ends all sessions. */
  async restart(web) {
    await this.node.stop();
    this.node = await this.serve(web);
    this.provider.know([this.node.origin]);
  }

  /** Ends the browser, the provider and every node, also after a start that failed half way. */
  async stop() {
    const nodes = [...Node.running].map((node) => node.stop());
    await Promise.allSettled([this.browser?.close(), this.provider?.close(), ...nodes]);
  }
}
