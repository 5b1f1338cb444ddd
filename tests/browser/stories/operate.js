// Operating the register in a browser, and the pages that tell what is not there.
import assert from "node:assert/strict";
import { test } from "node:test";
import { judge } from "../src/judge.js";
import { visitAs } from "../src/visit.js";

export function stories(world) {
  test("an operator's pages are for operators, and sound in every width and colour", async () => {
    const pages = ["/beheer", "/beheer/organisaties/zb000211", "/beheer/organisaties/nieuw", "/beheer/organisaties"];
    for (const [options, paths] of [
      [{}, pages],
      [{ viewport: { width: 320, height: 640 } }, pages.slice(0, 2)],
      [{ colorScheme: "dark" }, pages.slice(0, 2)],
    ]) {
      const page = await visitAs(world, "bas", options);
      for (const path of paths) {
        const answer = await page.goto(page.origin + path);
        assert.equal(answer.status(), 200, path);
        await judge(page, `${path} ${JSON.stringify(options)}`);
      }
      await page.context().close();
    }
    for (const who of ["sanne", "noor"]) {
      const page = await visitAs(world, who);
      assert.equal(await page.getByRole("navigation").getByText(/beheer/i).count(), 0, who);
      const answer = await page.goto(`${page.origin}/beheer`);
      assert.equal(answer.status(), 403, who);
      await page.getByRole("heading", { name: "U mag deze pagina niet gebruiken" }).waitFor();
      await judge(page, "a page that is not for everybody");
      await page.context().close();
    }
  });

  test("what is not there is told on a page that helps on", async () => {
    const page = await visitAs(world, "sanne");
    for (const path of ["/nergens", "/medewerker/zb000211/nergens", "/organisatie/nergens"]) {
      const answer = await page.goto(page.origin + path);
      assert.equal(answer.status(), 404, path);
      await judge(page, path);
      assert.ok(await page.getByRole("main").getByRole("link").count());
    }
    await page.context().close();
  });

  test("an operator connects an organisation step by step", async () => {
    const page = await visitAs(world, "bas");
    await page.goto(`${page.origin}/beheer/organisaties/nieuw`);
    await page.getByLabel("Kenmerk").fill("kredietbank-kwartel");
    await page.getByLabel("Officiële naam").fill("Kredietbank Kwartel");
    await page.getByLabel("Soort organisatie").selectOption("samenwerkingsverband");
    await page.getByLabel("Telefoon").fill("088 000 0000");
    await page.getByRole("button", { name: "Vastleggen" }).click();
    await page.waitForURL("**/beheer/organisaties/kredietbank-kwartel");
    await judge(page, "an organisation being connected");
    await page.getByLabel("OIN").fill("123");
    await page.getByRole("button", { name: "Machtiging geven" }).click();
    await page.locator("#veld-oin-fout").waitFor();
    await page.getByRole("button", { name: "Aangesloten", exact: true }).click();
    await page.locator(".alert.ok").waitFor();
    await page.context().close();
  });
}
