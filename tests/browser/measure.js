// Measures the latency of pages for fifty sessions at once, and the bytes of a first view. Prints tables in Markdown.
//   measure BIN_DIR [seconds]
// Each session has its own connection and alternates between the first page and a question, without pauses.
import http2 from "node:http2";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { World } from "./src/world.js";
import { ask, visit, visitAs } from "./src/visit.js";

const SESSIONS = 50;
const SECONDS = Number(process.argv[2] ?? 10);
const QUESTIONS = [
  "eigen bijdrage te hoog na opname echtgenoot", "studieschuld", "toeslag terugbetalen", "adres in de brp klopt niet",
  "boete door schulden", "bijstand na scheiding", "aow gat", "zorgverzekering wanbetaler",
];

const world = await World.start();
const ca = readFileSync(join(world.data, "pki", "ca.pem"));

class Person {
  constructor(cookie) {
    this.cookie = cookie;
    this.connection = http2.connect(world.node.origin, { ca });
  }

  /** Sends a request and reads its response to the end. */
  request(path, form) {
    return new Promise((resolve, reject) => {
      const headers = { ":path": path, ":method": form ? "POST" : "GET", cookie: this.cookie };
      if (form) headers["content-type"] = "application/x-www-form-urlencoded";
      const stream = this.connection.request(headers);
      let status, location, body = "";
      stream.setEncoding("utf8");
      stream.on("response", (answer) => ((status = answer[":status"]), (location = answer.location)));
      stream.on("data", (text) => (body += text));
      stream.on("end", () => resolve({ status, location, body }));
      stream.on("error", reject);
      stream.end(form && new URLSearchParams(form).toString());
    });
  }
}

async function cookieOf(page) {
  const [cookie] = (await page.context().cookies()).filter((one) => one.name === "__Host-mwr");
  return `__Host-mwr=${cookie.value}`;
}

// Log in by browser. Each person of the load uses one of these sessions on a connection of its own.
const people = [];
for (let number = 0; number < SESSIONS; number++) {
  const page = await visitAs(world, number % 2 ? "sanne" : "noor");
  people.push(new Person(await cookieOf(page)));
  await page.context().close();
}

const times = { first: [], search: [] };
async function timed(list, work) {
  const begun = performance.now();
  const answer = await work();
  list.push(performance.now() - begun);
  return answer;
}

const until = performance.now() + SECONDS * 1000;
await Promise.all(
  people.map(async (person, number) => {
    for (let turn = number; performance.now() < until; turn++) {
      const first = await timed(times.first, () => person.request("/"));
      if (first.status !== 200) throw new Error(`the first page answered ${first.status}`);
      const csrf = first.body.match(/name="csrf" value="([0-9a-f]+)"/)[1];
      const found = await timed(times.search, async () => {
        const asked = await person.request("/zoeken", { csrf, vraag: QUESTIONS[turn % QUESTIONS.length], gemeente: "Zaanstad" });
        return person.request(asked.location);
      });
      if (found.status !== 200) throw new Error(`a result answered ${found.status}`);
    }
  }),
);
for (const person of people) person.connection.close();

// The bytes of a first view on the wire, with an empty cache.
async function weigh(look) {
  const page = await visitAs(world, "sanne");
  const fresh = await visit(world);
  await fresh.context().addCookies(await page.context().cookies());
  const session = await fresh.context().newCDPSession(fresh);
  await session.send("Network.enable");
  let bytes = 0, files = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => ((bytes += encodedDataLength), files++));
  await look(fresh);
  await fresh.waitForLoadState("networkidle");
  await page.context().close();
  await fresh.context().close();
  return { bytes, files };
}
const home = await weigh((page) => page.goto(`${page.origin}/`));
const results = await weigh((page) => ask(page, QUESTIONS[0], "Zaanstad"));

const at = (list, share) => list.sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))].toFixed(1);
console.log(`\n${SESSIONS} sessions, ${SECONDS} s, no pauses\n\n| | number | per second | p50 ms | p95 ms | p99 ms |\n|---|---|---|---|---|---|`);
for (const [name, list] of [["first page", times.first], ["search: form, redirect, result", times.search]]) {
  console.log(`| ${name} | ${list.length} | ${(list.length / SECONDS).toFixed(0)} | ${at(list, 0.5)} | ${at(list, 0.95)} | ${at(list, 0.99)} |`);
}
console.log(`\n| first view, nothing kept | bytes over the wire | files |\n|---|---|---|`);
console.log(`| first page | ${home.bytes} | ${home.files} |\n| first page and results | ${results.bytes} | ${results.files} |`);
await world.stop();
