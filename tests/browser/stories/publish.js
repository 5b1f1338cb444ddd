// Publishing in a browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { judge } from "../src/judge.js";
import { visitAs } from "../src/visit.js";

export function stories(world) {
  test("a publisher adds, changes and verifies an officer, and sees all errors at once", async () => {
    const page = await visitAs(world, "noor");
    await page.goto(`${page.origin}/eigen/nieuw`);
    await judge(page, "an empty form");
    await page.getByRole("button", { name: "Opslaan" }).click();
    await page.locator('[aria-invalid="true"]').first().waitFor();
    assert.ok((await page.locator(".field.invalid").count()) >= 2, "every error stands beside its field");
    await page.goto(`${page.origin}/eigen`);
    const before = await page.locator("li.card").count();
    const title = await page.locator("li.card h2").first().innerText();
    for (const name of [/^Afwezig/, /^Intrekken/]) {
      await page.getByRole("link", { name }).first().click();
      await judge(page, String(name));
      await page.goBack();
    }
    await page.getByRole("button", { name: /^Klopt nog/ }).first().click();
    await page.locator(".alert.ok").waitFor();
    await judge(page, "the list after verifying");
    assert.equal(await page.locator("li.card").count(), before);
    assert.ok(title.length > 0);
    await page.context().close();
  });

  test("two editors of one entry see each other", async () => {
    const noor = await visitAs(world, "noor");
    const nico = await visitAs(world, "nico");
    const open = async (page) => {
      await page.goto(`${page.origin}/eigen`);
      await page.getByRole("link", { name: /^Wijzigen/ }).first().click();
      await page.waitForURL("**/eigen/*");
    };
    await open(noor);
    await open(nico);
    const phone = (page) => page.getByLabel(/telefoon/i).first();
    await phone(noor).fill("030 222 33 44");
    await noor.getByRole("button", { name: "Opslaan" }).click();
    await noor.locator('.alert.ok').waitFor();
    await phone(nico).fill("030 555 66 77");
    await nico.getByRole("button", { name: "Opslaan" }).click();
    await nico.getByRole("heading", { name: "Iemand anders heeft dit intussen veranderd" }).waitFor();
    assert.match(await nico.locator(".alert.warning").innerText(), /222/);
    await nico.getByRole("button", { name: "Opslaan" }).click();
    await nico.locator(".alert.ok").waitFor();
    await noor.context().close();
    await nico.context().close();
  });
}
