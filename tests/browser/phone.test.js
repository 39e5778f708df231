// A tap on the simulator's phone, its way through report and push into the ledger, and the message that comes back.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { eventually, launch, visit } from "./support/browser.js";
import { DEMO, demo } from "./support/console.js";
import { choose, signIn, submit } from "./support/steps.js";
import { fillValues } from "./support/tour.js";

describe("the phone of the demo", () => {
  let browser, console_, visitor, page, phone, openid, template;
  before(async () => {
    browser = await launch();
    console_ = await demo();
    visitor = await visit(browser, console_.url);
    page = visitor.page;
    await signIn(visitor, DEMO);
  });
  after(async () => {
    await browser?.close();
    await console_?.stop();
  });

  test("the console leads to it, and somebody new taps allow", async () => {
    const href = await page.locator("nav.nav a[href$='/sim/']").getAttribute("href");
    phone = await visitor.tab();
    await phone.goto(href);
    await phone.getByRole("button", { name: "新建用户" }).click();
    await phone.waitForFunction(() => /openid=o/.test(location.hash));
    openid = new URLSearchParams(new URL(phone.url()).hash.split("?")[1]).get("openid");
    const one = phone.locator(".phone-list input:not([disabled])").first();
    template = (await one.getAttribute("id")).replace(/^pick-/, "");
    await one.check();
    await phone.getByRole("button", { name: "订阅消息" }).click();
    await phone.getByRole("dialog").getByRole("button", { name: "允许", exact: true }).click();
    await phone.getByText("/api/subscribe/record", { exact: true }).waitFor();
    assert.match(await phone.locator(".phone-beside").innerText(), /"accept"/);
    visitor.quiet();
  });

  test("the ledger counts the tap once, and WeChat's event confirms it", async () => {
    const lines = await eventually(
      async () => {
        await page.goto(`/subscribers?search=${openid}`);
        await page.locator("tbody a[href^='/subscribers/']").first().click();
        await page.waitForURL(/\/subscribers\/\d+$/);
        return page.locator("main").innerText();
      },
      (text) => text.includes("另一来源确认"),
      "the popup event",
    );
    assert.match(lines, /用户同意/);
    await visitor.check();
    const balances = await fetch(`${console_.simulator.url}/sim/phone?appid=${await appid()}&openid=${openid}`);
    const { templates } = await balances.json();
    assert.equal(templates.find((t) => t.id === template).balance, 1);
  });

  test("a message sent by the console arrives as a card and is confirmed as delivered", async () => {
    await page.goto("/templates");
    const title = (await phone.locator(`label[for="pick-${template}"]`).innerText()).split("\n")[0].trim();
    await page.locator("main a[href^='/templates/']", { hasText: title }).first().click();
    const id = new URL(page.url()).pathname.split("/").pop();
    await page.goto("/send");
    await choose(page, `f-template-${id}`);
    await visitor.lead(/\/audience$/, () => submit(page, "begin-notice").click());
    await choose(page, "f-audience-pasted");
    await page.locator("textarea").first().fill(openid);
    await visitor.lead(/\/content$/, () => submit(page, "set-audience").click());
    await fillValues(page);
    await visitor.lead(/\/review$/, () => submit(page, "set-content").click());
    await visitor.lead(/^\/notices\/\d+$/, () => submit(page, "confirm-notice").click());
    await phone.getByRole("tab", { name: /服务通知/ }).click();
    await phone.locator(".phone").getByText(title).filter({ visible: true }).first().waitFor();
    const state = await eventually(
      async () => {
        await page.reload();
        return page.locator("main").innerText();
      },
      (text) => /已送达/.test(text),
      "the sent event",
    );
    assert.ok(state);
    visitor.quiet();
  });

  async function appid() {
    const response = await fetch(`${console_.simulator.url}/sim/accounts`);
    const accounts = await response.json();
    const shown = new URLSearchParams(new URL(phone.url()).hash.split("?")[1]).get("appid");
    return shown ?? accounts[0].appid;
  }
});
