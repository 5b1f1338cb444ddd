// Several registers: a professional sees which registers are missing, and always whom to contact.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../src/eventually.js";
import { Node, folder } from "../src/processes.js";
import { judge } from "../src/judge.js";
import { story } from "../src/story.js";
import { ask, logIn, visit } from "../src/visit.js";
import { BINARY } from "../src/world.js";

const QUESTION = "studieschuld na overlijden";
const MISSING = /^Niet meegezocht: /;

export function stories(world) {
  story(world, "results name missing registers and the age of replicas", async () => {
    const data = join(folder(), "registers");
    const demo = new Node(BINARY, ["demo", "--registers", "3", "--data", data, "--port", "0"], data);
    const { web } = await demo.ready();
    const registers = JSON.parse(readFileSync(join(data, "registers.json"), "utf8"));
    const page = await visit(world, {}, web);
    await page.goto(web);
    await page.getByRole("button", { name: /^Sanne/ }).click();
    await page.waitForURL(`${web}/`);
    await eventually("results of all registers", async () => {
      await ask(page, QUESTION, "Amsterdam");
      const whole = (await page.getByText(MISSING).count()) === 0;
      return whole && (await page.getByText("Uit register duo").count()) > 0 && (await page.getByText("Uit register regio-amsterdam").count()) > 0;
    });
    assert.equal(await page.getByText(/dit een kopie van/).count(), 0, "a current replica is not mentioned");
    await eachResultHasAContact(page);
    await judge(page, "results of several registers");

    // One of them stops.
    process.kill(registers.find((one) => one.register === "duo").pid);
    await eventually("results that name the missing register", async () => {
      await ask(page, QUESTION, "Amsterdam");
      return (await page.getByText("Niet meegezocht: duo.").count()) > 0;
    });
    await eachResultHasAContact(page);
    await judge(page, "results without one register");
    await page.context().close();
    await demo.stop();

    // Later that day both peers are away, and the replica has not been confirmed for 40 minutes.
    const peers = [
      ["regio-amsterdam", "00000099000000003100", "replicate", ["gm0363", "gm0362", "gm0394", "gm0439"]],
      ["duo", "00000099000000003200", "query", ["oorg10148"]],
    ].map(([register, oin, mode, organisations]) => {
      const { grpc } = registers.find((one) => one.register === register);
      return `[[peers]]\nregister = "${register}"\noin = "${oin}"\nendpoints = ["${grpc}"]\nmode = "${mode}"\n` +
        `organisations = ${JSON.stringify(organisations)}\nbudget = "1s"\n`;
    });
    const later = await world.serveFolder(data, { more: peers.join(""), env: ahead("40m") });
    world.provider.know([world.node.origin, later.origin]);
    const evening = await visit(world, {}, later.origin);
    // With a secret: the node's clock is ahead, so its signed assertion would be dated in the provider's future.
    await logIn(evening, "sanne", "Inloggen met Tweede account");
    await eventually("results that show the age of the replica", async () => {
      await ask(evening, QUESTION, "Amsterdam");
      return (await evening.getByText(/^Van regio-amsterdam is dit een kopie van 4\d minuten oud\.$/).count()) > 0;
    });
    await evening.getByText("Niet meegezocht: duo.").waitFor();
    assert.ok(await evening.getByText("Uit register regio-amsterdam").count(), "the replica still answers");
    await eachResultHasAContact(evening);
    await judge(evening, "results from an old replica");
    await evening.context().close();
    await later.stop();
    world.provider.know([world.node.origin]);
  });
}

/** Asserts that each result has a contact among its next steps. */
async function eachResultHasAContact(page) {
  const cards = await page.locator("article.card").all();
  assert.ok(cards.length > 0);
  for (const card of cards) assert.ok(await card.locator(".steps li .contact a").count(), await card.innerText());
}

/** Returns the environment that moves a program's time of day ahead, with Debian's libfaketime. */
function ahead(time) {
  const places = readdirSync("/usr/lib").map((kind) => join("/usr/lib", kind, "faketime/libfaketimeMT.so.1"));
  const library = places.find((place) => {
    try {
      return readFileSync(place).length > 0;
    } catch {
      return false;
    }
  });
  assert.ok(library, "libfaketime is installed: `apt-get install faketime`");
  return { LD_PRELOAD: library, FAKETIME: `+${time}`, DONT_FAKE_MONOTONIC: "1", NO_FAKE_STAT: "1" };
}
