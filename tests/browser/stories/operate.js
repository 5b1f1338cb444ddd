// Administration in a browser, and the pages for missing content.
import assert from "node:assert/strict";
import { judge } from "../src/judge.js";
import { story } from "../src/story.js";
import { visitAs } from "../src/visit.js";

export function stories(world) {
  story(world, "administration pages require the operator role", async () => {
    for (const who of ["sanne", "noor"]) {
      const page = await visitAs(world, who);
      assert.equal(await page.getByRole("navigation").getByText(/beheer/i).count(), 0, who);
      const answer = await page.goto(`${page.origin}/beheer`);
      assert.equal(answer.status(), 403, who);
      await page.getByRole("heading", { name: "U mag deze pagina niet gebruiken" }).waitFor();
      await judge(page, "a page that requires another role");
      await page.context().close();
    }
  });

  story(world, "a missing page is explained with a way on", async () => {
    const page = await visitAs(world, "sanne");
    for (const path of ["/nergens", "/medewerker/zb000211/nergens", "/organisatie/nergens"]) {
      const answer = await page.goto(page.origin + path);
      assert.equal(answer.status(), 404, path);
      await judge(page, path);
      assert.ok(await page.getByRole("main").getByRole("link").count());
    }
    await page.context().close();
  });

  story(world, "an operator connects an organisation step by step", async () => {
    const page = await visitAs(world, "bas");
    await page.goto(`${page.origin}/beheer`);
    await page.getByRole("link", { name: "Organisatie aansluiten" }).click();
    // All errors are shown at once beside their fields, and the input stays.
    await page.getByLabel("Kenmerk").fill("kredietbank kwartel!");
    await page.getByLabel("Telefoon").fill("bel maar");
    await page.getByLabel("Mailadres").fill("geen adres");
    await page.getByText("Werkt voor andere gemeenten").first().click();
    await page.getByLabel("Voor welke gemeenten").first().fill("Zaanstad, Nergenshuizen");
    await page.getByText("Begin en einde").first().click();
    await page.getByLabel("Bestaat vanaf").fill("2027-01-01");
    await page.getByLabel("Bestaat tot en met").fill("2026-01-01");
    await page.getByRole("button", { name: "Vastleggen" }).click();
    await page.locator(".alert.failed").waitFor();
    for (const label of ["Kenmerk", "Officiële naam", "Telefoon", "Mailadres", "Voor welke gemeenten", "Met welke bevoegdheid", "Bestaat tot en met"]) {
      assert.equal(await page.getByLabel(label, { exact: true }).first().getAttribute("aria-invalid"), "true", label);
    }
    await judge(page, "an organisation with errors");
    assert.equal(await page.getByLabel("Voor welke gemeenten").first().inputValue(), "Zaanstad, Nergenshuizen");

    await page.getByLabel("Kenmerk").fill("kredietbank-kwartel");
    await page.getByLabel("Officiële naam").fill("Kredietbank Kwartel");
    await page.getByLabel("Soort organisatie").selectOption("samenwerkingsverband");
    await page.getByLabel("Telefoon").fill("088 000 0000");
    await page.getByLabel("Mailadres").fill("");
    await page.getByLabel("Voor welke gemeenten").first().fill("Zaanstad, Wormerland");
    await page.getByLabel("Met welke bevoegdheid").first().selectOption("mandaat");
    await page.getByRole("group", { name: "In welke leefgebieden" }).first().getByRole("checkbox").first().check();
    await page.getByLabel("Bestaat vanaf").fill("2020-01-01");
    await page.getByLabel("Bestaat tot en met").fill("");
    for (const day of ["ma", "wo"]) await page.getByLabel(day, { exact: true }).first().check();
    await page.getByLabel("Van", { exact: true }).first().fill("09:00");
    await page.getByLabel("Tot", { exact: true }).first().fill("12:30");
    await page.getByRole("button", { name: "Vastleggen" }).click();
    await page.waitForURL("**/beheer/organisaties/kredietbank-kwartel");
    await judge(page, "an organisation being connected");
    const steps = page.getByRole("region", { name: "Aansluiten, stap voor stap" }).getByRole("listitem");
    const done = async () => (await steps.allInnerTexts()).map((text) => text.includes("gedaan"));
    assert.deepEqual(await done(), [true, true, false, false, false]);
    assert.equal(await page.getByLabel("Voor welke gemeenten").first().inputValue(), "Zaanstad, Wormerland");

    // Its grants.
    await page.getByLabel("OIN").fill("123");
    await page.getByRole("button", { name: "Machtiging geven" }).click();
    await page.locator("#veld-oin-fout").waitFor();
    await page.getByLabel("OIN").fill("00000099000000004100");
    await page.getByRole("checkbox", { name: "medewerkers publiceren" }).check();
    await page.getByRole("checkbox", { name: "opzoeken" }).check();
    await page.getByRole("button", { name: "Machtiging geven" }).click();
    await page.getByText("De machtiging is gegeven.").waitFor();
    assert.deepEqual(await done(), [true, true, true, false, false]);
    await page.getByRole("button", { name: "Aangesloten", exact: true }).click();
    await page.locator(".alert.ok").waitFor();

    // Its own publisher adds the first officer, in the form.
    const kim = await visitAs(world, "kim");
    await kim.goto(`${kim.origin}/eigen`);
    await judge(kim, "an organisation without officers");
    await kim.getByRole("link", { name: "Medewerker toevoegen" }).click();
    await kim.getByLabel("Hoe heet de functie?").fill("Consulent saneringskrediet");
    await kim.getByLabel("Waarmee kan deze medewerker helpen?").fill("Geeft een saneringskrediet als het anders niet lukt.");
    await kim.getByLabel("Telefoon").fill("088 000 0001");
    await kim.getByRole("group", { name: "Leefgebieden" }).getByRole("checkbox").first().check({ force: true });
    await kim.getByLabel("Wat mag deze medewerker?").first().selectOption("decide");
    await kim.getByRole("button", { name: "Opslaan" }).click();
    await kim.getByText("Opgeslagen.").waitFor();
    await kim.context().close();
    await page.reload();
    assert.deepEqual(await done(), [true, true, true, true, true]);

    // Professionals see the new data.
    await page.getByRole("link", { name: "Zo zien professionals deze organisatie" }).click();
    await page.getByText("Werkt voor Wormerland en Zaanstad.").waitFor();
    await page.getByText(/maandag.*9\.00/).first().waitFor();
    await page.context().close();
  });

  story(world, "concurrent changes of an organisation are shown to the second operator", async () => {
    const [first, second] = [await visitAs(world, "bas"), await visitAs(world, "bas")];
    for (const page of [first, second]) await page.goto(`${page.origin}/beheer/organisaties/gm0479`);
    const save = (page) => page.getByRole("button", { name: "Opslaan" }).click();
    await first.getByLabel("Telefoon").fill("075 000 1111");
    await save(first);
    await first.getByText("Opgeslagen.").waitFor();
    await second.getByLabel("Telefoon").fill("075 000 2222");
    await save(second);
    await second.getByRole("heading", { name: "Iemand anders heeft dit intussen veranderd" }).waitFor();
    assert.match(await second.locator(".alert.warning").innerText(), /075 000 1111.*075 000 2222/s);
    await judge(second, "an organisation with both versions");
    await save(second);
    await second.getByText("Opgeslagen.").waitFor();
    await second.goto(`${second.origin}/organisatie/gm0479`);
    assert.ok(await second.locator('a[href="tel:0750002222"]').count());
    for (const page of [first, second]) await page.context().close();
  });

  story(world, "an operator adds, checks, changes and removes a peer", async () => {
    const page = await visitAs(world, "bas");
    await page.goto(`${page.origin}/beheer`);
    await page.getByRole("link", { name: "Andere registers" }).click();
    await page.getByText("Dit register wisselt met geen ander register uit.").waitFor();
    await page.getByRole("link", { name: "Register toevoegen" }).click();
    await page.getByLabel("Adressen").fill("http://geen-tls.example");
    await page.getByRole("button", { name: "Opslaan" }).click();
    await page.locator(".alert.failed").waitFor();
    for (const label of ["Kenmerk van het register", "OIN", "Adressen"]) {
      assert.equal(await page.getByLabel(label).getAttribute("aria-invalid"), "true", label);
    }
    await judge(page, "a register with errors");
    // This node under another name: it can be reached, and has the wrong identity.
    await page.getByLabel("Kenmerk van het register").fill("regio-kwartel");
    await page.getByLabel("OIN").fill("00000099000000004200");
    await page.getByLabel("Adressen").fill(world.node.grpc);
    await page.getByLabel("Hoe wisselen we uit?").selectOption("query");
    await page.getByRole("button", { name: "Opslaan" }).click();
    await page.getByText("regio-kwartel is opgeslagen.").waitFor();
    await page.getByRole("button", { name: /^Probeer nu/ }).click();
    await page.getByText("regio-kwartel: Het certificaat heeft een ander OIN dan hier is opgegeven.").waitFor();
    await judge(page, "a peer with the wrong identity");
    await page.getByRole("link", { name: /^Wijzigen/ }).click();
    assert.equal(await page.getByLabel("Adressen").inputValue(), world.node.grpc);
    await page.getByLabel("OIN").fill("00000099000000003000");
    await page.getByRole("button", { name: "Opslaan" }).click();
    await page.getByText("regio-kwartel is opgeslagen.").waitFor();
    await page.getByRole("button", { name: /^Probeer nu/ }).click();
    await page.getByText(/regio-kwartel: (?!.*ander OIN)/).waitFor();
    await page.getByRole("link", { name: /^Wijzigen/ }).click();
    await judge(page, "a register that can be changed");
    await page.getByText("Register verwijderen").click();
    await page.getByRole("button", { name: "Verwijder regio-kwartel" }).click();
    await page.getByText("Dit register wisselt met geen ander register uit.").waitFor();
    await page.context().close();
  });
}
