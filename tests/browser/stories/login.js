// Login and logout.
import assert from "node:assert/strict";
import { judge } from "../src/judge.js";
import { story } from "../src/story.js";
import { logIn, logInThere, visit, visitAs } from "../src/visit.js";

export function stories(world) {
  story(world, "every page needs a login, which leads back to that page", async () => {
    const page = await visit(world);
    await page.goto(`${page.origin}/eigen`);
    assert.equal(new URL(page.url()).pathname, "/inloggen");
    await judge(page, "the choice of logins");
    await page.getByRole("button", { name: "Inloggen met Proefaccount" }).click();
    await logInThere(page, "noor");
    await page.waitForURL(`${page.origin}/eigen`);
    assert.match(await page.locator("header").innerText(), /Noor Jansen, CAK/);
    for (const path of ["/", "/eigen", "/organisatie/zb000211", "/resultaat/x"]) {
      const stranger = await visit(world);
      const answer = await stranger.request.get(page.origin + path, { maxRedirects: 0 });
      assert.equal(answer.status(), 303, path);
      assert.match(answer.headers().location, /^\/inloggen/, path);
      await stranger.context().close();
    }
    await page.context().close();
  });

  story(world, "a second provider with a secret works beside the first", async () => {
    const page = await visit(world);
    await logIn(page, "sanne", "Inloggen met Tweede account");
    assert.match(await page.locator("header").innerText(), /Sanne de Vries, Amsterdam/);
    await page.context().close();
  });

  story(world, "the cookie is opaque, unreadable by scripts and renewed at login", async () => {
    const page = await visit(world);
    await page.goto(`${page.origin}/inloggen`);
    const ours = async () => (await page.context().cookies()).filter((cookie) => cookie.name === "__Host-mwr");
    const [before] = await ours();
    await logIn(page, "sanne");
    const [after, ...others] = await ours();
    assert.equal(others.length, 0);
    assert.ok(before.value !== after.value && /^[0-9a-f]{64}$/.test(after.value));
    assert.ok(after.secure && after.httpOnly && after.sameSite === "Lax" && after.path === "/" && after.expires === -1);
    assert.equal(await page.evaluate(() => document.cookie), "");
    // The cookie from before the login is not valid.
    const answer = await fetchWith(world, "/", before.value);
    assert.equal(answer.status, 303);
    await page.context().close();
  });

  story(world, "logging out ends the session here and at the provider", async () => {
    const page = await visitAs(world, "sanne");
    const [cookie] = (await page.context().cookies()).filter((one) => one.name === "__Host-mwr");
    await page.getByRole("button", { name: "Uitloggen" }).click();
    await page.waitForURL(`${world.provider.issuer}/session/end**`);
    await page.getByRole("button", { name: /yes/i }).click();
    await page.waitForURL(`${page.origin}/uitgelogd`);
    await page.getByText("U bent uitgelogd.").waitFor();
    await judge(page, "the page after logging out");
    assert.equal((await fetchWith(world, "/", cookie.value)).status, 303);
    // The provider asks for credentials again.
    await page.getByRole("button", { name: "Inloggen met Proefaccount" }).click();
    await page.locator('input[name="login"]').waitFor();
    await page.context().close();
  });

  story(world, "a forged state, a forged nonce and a used code are refused", async () => {
    const page = await visit(world);
    const go = async (change) => {
      await page.goto(`${page.origin}/inloggen`);
      const csrf = await page.locator('input[name="csrf"]').first().inputValue();
      const begun = await page.request.post(`${page.origin}/inloggen/proef`, { form: { csrf, naar: "/" }, maxRedirects: 0 });
      const there = new URL(begun.headers().location);
      assert.equal(there.searchParams.get("response_type"), "code");
      assert.equal(there.searchParams.get("code_challenge_method"), "S256");
      assert.ok(there.searchParams.get("nonce").length >= 43 && there.searchParams.get("state").length >= 43);
      change?.(there.searchParams);
      await page.goto(there.href);
      let answer;
      page.on("request", (request) => {
        if (request.url().includes("/inloggen/proef/terug")) answer = request.url();
      });
      await logInThere(page, "sanne");
      await page.waitForURL(`${page.origin}/**`);
      return answer;
    };
    const refused = async (what) => {
      await page.getByRole("heading", { name: "Inloggen is niet gelukt" }).waitFor();
      assert.equal((await page.request.get(`${page.origin}/`, { maxRedirects: 0 })).status(), 303, what);
    };
    await go((parameters) => parameters.set("nonce", "n".repeat(64)));
    await refused("a nonce of somebody else");
    await judge(page, "the page of a failed login").catch((error) => {
      // The page cannot be fetched again for html-validate, so only the result of axe-core counts.
      if (!String(error.message).startsWith("HTML")) throw error;
    });
    await go((parameters) => parameters.set("state", "s".repeat(64)));
    await refused("a state of somebody else");
    await page.context().clearCookies();
    const answer = await go();
    assert.equal(new URL(page.url()).pathname, "/");
    await page.goto(answer);
    await page.getByRole("heading", { name: "Inloggen is niet gelukt" }).waitFor();
    const stranger = await visit(world);
    const foreign = await stranger.goto(answer);
    assert.equal(foreign.status(), 401);
    await stranger.context().close();
    const wrongIssuer = await page.goto(`${page.origin}/inloggen/proef/terug?code=x&state=y&iss=https%3A%2F%2Felders.example`);
    assert.equal(wrongIssuer.status(), 401);
    await page.context().close();
  });

  story(world, "a user without a matching rule is refused with advice", async () => {
    const page = await visit(world);
    await page.goto(`${page.origin}/inloggen`);
    await page.getByRole("button", { name: "Inloggen met Proefaccount" }).click();
    await logInThere(page, "vreemd");
    await page.getByRole("heading", { name: "Inloggen is niet gelukt" }).waitFor();
    assert.match(world.node.log, /no rule fits; the claims are/);
    assert.doesNotMatch(world.node.log, /Vera|Sanne de Vries|Noor Jansen/);
    await page.context().close();
  });

  story(world, "claims missing from the token are read from userinfo", async () => {
    const { handler } = world.provider;
    world.provider.know([world.node.origin], { claimsInToken: false });
    const page = await visit(world);
    await logIn(page, "noor");
    assert.match(await page.locator("header").innerText(), /Noor Jansen, CAK/);
    await page.context().clearCookies();
    // A userinfo response about another subject is refused, and a missing one is reported.
    const honest = world.provider.handler;
    const other = JSON.stringify({ sub: "bas-elders", name: "Bas Beheer", access: { roles: ["operator"] } });
    for (const [answer, heading] of [
      [(response) => response.writeHead(200, { "content-type": "application/json" }).end(other), "Inloggen is niet gelukt"],
      [(response) => response.writeHead(503).end("Noor Jansen"), "De inlogdienst is niet bereikbaar"],
    ]) {
      world.provider.handler = (request, response) => (request.url.startsWith("/me") ? answer(response) : honest(request, response));
      await page.goto(`${page.origin}/inloggen`);
      await page.getByRole("button", { name: "Inloggen met Proefaccount" }).click();
      await logInThere(page, "noor");
      await page.getByRole("heading", { name: heading }).waitFor();
    }
    assert.doesNotMatch(world.node.log, /bas-elders|Noor Jansen/);
    await page.context().close();
    world.provider.handler = handler;
  });

  story(world, "the log names a claim of another type and never its value", async () => {
    const { handler } = world.provider;
    const [number, street] = ["123456782", "Dorpsstraat 1"];
    const page = await visit(world);
    const begin = async () => {
      await page.context().clearCookies();
      await page.goto(`${page.origin}/inloggen`);
      await page.getByRole("button", { name: "Inloggen met Proefaccount" }).click();
      await logInThere(page, "noor");
    };
    // In the token: an address that is text keeps nobody out; a subject that is a number does.
    world.provider.sign((claims) => ({ ...claims, address: street, phone_number_verified: "ja" }));
    await begin();
    assert.match(await page.locator("header").innerText(), /Noor Jansen, CAK/);
    world.provider.sign((claims) => ({ ...claims, sub: Number(number) }));
    await begin();
    await page.getByRole("heading", { name: "Inloggen is niet gelukt" }).waitFor();
    assert.match(world.node.log, /the claim `sub` of its token has another type than expected/);
    world.provider.sign(undefined);
    // The same at the userinfo endpoint.
    world.provider.know([world.node.origin], { claimsInToken: false });
    const honest = world.provider.handler;
    const answers = (claims) => {
      world.provider.handler = (request, response) =>
        request.url.startsWith("/me")
          ? response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(claims))
          : honest(request, response);
    };
    const told = { sub: "noor", name: "Noor Jansen", organisation: "zb000211", access: { roles: ["publisher"] } };
    answers({ ...told, address: street, updated_at: "gisteren" });
    await begin();
    assert.match(await page.locator("header").innerText(), /Noor Jansen, CAK/);
    answers({ ...told, sub: Number(number), address: street });
    await begin();
    await page.getByRole("heading", { name: "Inloggen is niet gelukt" }).waitFor();
    assert.match(world.node.log, /the claim `sub` of its userinfo has another type than expected/);
    assert.ok(!world.node.log.includes(number) && !world.node.log.includes(street));
    await page.context().close();
    world.provider.handler = handler;
  });

  story(world, "a provider that is down is reported, and the page keeps working", async () => {
    // Its metadata is cached, so only the token endpoint has to fail.
    const page = await visit(world);
    await page.goto(`${page.origin}/inloggen`);
    await page.getByRole("button", { name: "Inloggen met Proefaccount" }).click();
    await page.locator('input[name="login"]').fill("sanne");
    await page.locator('input[name="password"]').fill("geheim");
    const { handler } = world.provider;
    world.provider.handler = (request, response) =>
      request.url.startsWith("/token") ? response.writeHead(503).end() : handler(request, response);
    await page.locator('button[type="submit"]').click();
    await page.getByRole("heading", { name: "De inlogdienst is niet bereikbaar" }).waitFor();
    world.provider.handler = handler;
    await logIn(page, "sanne");
    await page.context().close();
  });
}

/** Sends a request with a session's cookie and no other browser state. */
export async function fetchWith(world, path, cookie) {
  const context = await world.browser.newContext({ ignoreHTTPSErrors: true });
  const answer = await context.request.get(world.node.origin + path, {
    headers: { cookie: `__Host-mwr=${cookie}` },
    maxRedirects: 0,
  });
  const found = { status: answer.status(), headers: answer.headers() };
  await context.close();
  return found;
}
