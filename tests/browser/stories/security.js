// Security headers, CSRF protection, roles and size limits.
import assert from "node:assert/strict";
import { story } from "../src/story.js";
import { visitAs } from "../src/visit.js";

export function stories(world) {
  story(world, "every response has the security headers, and only files are cacheable", async () => {
    const page = await visitAs(world, "sanne");
    const style = await page.locator('link[rel="stylesheet"]').getAttribute("href");
    for (const path of ["/", "/inloggen", "/nergens", style, "/robots.txt"]) {
      const answer = await page.request.get(page.origin + path, { maxRedirects: 0 });
      const headers = answer.headers();
      const policy = headers["content-security-policy"];
      assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self'/, path);
      assert.match(policy, /frame-ancestors 'none'; base-uri 'none'/, path);
      assert.ok(policy.includes(`form-action 'self' ${world.provider.issuer};`), policy);
      assert.doesNotMatch(policy, /unsafe|\*/);
      assert.match(headers["strict-transport-security"], /max-age=31536000/);
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.equal(headers["x-frame-options"], "DENY");
      assert.equal(headers["referrer-policy"], "no-referrer");
      assert.equal(headers["cross-origin-opener-policy"], "same-origin");
      assert.match(headers["permissions-policy"], /camera=\(\)/);
      assert.equal(headers["cache-control"], path === style ? "public, max-age=31536000, immutable" : "no-store", path);
    }
    assert.equal((await page.request.get(`${page.origin}/nergens`)).status(), 404);
    await page.context().close();
  });

  story(world, "a form without the session's token or from another site is refused", async () => {
    const page = await visitAs(world, "noor");
    const csrf = await page.locator('input[name="csrf"]').first().inputValue();
    const other = await visitAs(world, "nico");
    const foreign = await other.locator('input[name="csrf"]').first().inputValue();
    const post = (form, headers) => page.request.post(`${page.origin}/eigen/bevestigen`, { form, headers, maxRedirects: 0 });
    for (const form of [{}, { csrf: "" }, { csrf: foreign }]) assert.equal((await post(form)).status(), 403);
    assert.equal((await post({ csrf }, { "sec-fetch-site": "cross-site" })).status(), 403);
    const json = await page.request.post(`${page.origin}/eigen/bevestigen`, { data: { csrf } });
    assert.equal(json.status(), 403);
    for (const method of ["PUT", "DELETE", "PATCH"]) {
      const answer = await page.request.fetch(`${page.origin}/eigen/bevestigen`, { method, form: { csrf } });
      assert.equal(answer.status(), 404, method);
    }
    assert.equal((await post({ csrf })).status(), 303);
    await other.context().close();
    await page.context().close();
  });

  story(world, "actions check the role, not only the page that offers them", async () => {
    const professional = await visitAs(world, "sanne");
    const csrf = await professional.locator('input[name="csrf"]').first().inputValue();
    const get = await professional.request.get(`${professional.origin}/eigen/nieuw`);
    assert.equal(get.status(), 403);
    const post = await professional.request.post(`${professional.origin}/eigen/bevestigen`, { form: { csrf }, maxRedirects: 0 });
    assert.equal(post.status(), 403);
    await professional.context().close();
  });

  story(world, "a form that is too large is refused", async () => {
    const page = await visitAs(world, "sanne");
    const csrf = await page.locator('input[name="csrf"]').first().inputValue();
    const answer = await page.request.post(`${page.origin}/zoeken`, { form: { csrf, vraag: "x".repeat(300_000) }, maxRedirects: 0 });
    assert.equal(answer.status(), 413);
    await page.context().close();
  });
}
