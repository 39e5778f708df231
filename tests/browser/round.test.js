// The whole round, by clicking: set-up, mini program, template, subscribers, send, watch, statistics, sign-out; on both
// databases, with WebAssembly and with scripts switched off.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { eventually, launch, visit } from "./support/browser.js";
import { serve, withoutSite } from "./support/console.js";
import { without } from "./support/database.js";
import * as steps from "./support/steps.js";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

for (const kind of ["sqlite", "postgres"]) {
  for (const [how, options] of [
    ["with WebAssembly", { lang: "zh", scripts: true }],
    ["without JavaScript", { lang: "en", scripts: false }],
  ]) {
    const skip = without(kind) || (options.scripts && withoutSite());
    describe(`the whole round on ${kind} ${how}`, { skip }, () => round(kind, options));
  }
}

function round(kind, options) {
  let console_, visitor, page;
  before(async () => {
    console_ = await serve(kind);
    await steps.atWeChat(console_.simulator);
    visitor = await visit(browser, console_.url, options);
    page = visitor.page;
  });
  after(async () => {
    await visitor?.context.close();
    await console_?.stop();
  });

  // Each step stands on the one before; when one fails, the others would only repeat it.
  let broken = false;
  const step = (name, work) =>
    test(name, async (t) => {
      if (broken) return t.skip("an earlier step failed");
      broken = true;
      await work();
      visitor.quiet();
      broken = false;
    });

  step("the first administrator is made", async () => {
    await page.goto("/");
    assert.equal(new URL(page.url()).pathname, "/setup");
    await steps.setUp(visitor);
  });

  step("a mini program is added and its connection is good", async () => {
    await steps.addMiniProgram(visitor);
    await steps.testConnection(visitor);
  });

  step("a template is registered by pasting its content", async () => {
    await steps.registerTemplate(visitor);
  });

  step("one subscriber reports, another is added by hand", async () => {
    const [reported, added] = [steps.openid(1), steps.openid(2)];
    await steps.report(console_.url, reported);
    await steps.addSubscriber(visitor, added, "王同学 <b>");
    assert.equal(await page.locator("main b").count(), 0, "a remark is text");
    await steps.follow(visitor, "/subscribers");
    for (const openid of [reported, added]) assert.ok(await page.getByText(openid).isVisible());
    const grant = (openid) => ({ appid: steps.PROGRAM.appid, openid, templateId: steps.TEMPLATE.id });
    await console_.simulator.grants([grant(reported), grant(added)]);
  });

  step("an invalid value is refused at its field", async () => {
    await steps.draftForEverybody(visitor);
    await steps.fillContent(visitor, { ...steps.VALUES, amount3: "一百九十九块" });
    if (options.scripts) await edits(visitor);
    await visitor.lead(/^\/send\/\d+\/content$/, () => steps.submit(page, "set-content").click());
    const wrong = page.locator(steps.field("amount3"));
    assert.equal(await wrong.getAttribute("aria-invalid"), "true");
    assert.equal(await wrong.inputValue(), "一百九十九块", "what was typed is kept");
    assert.ok(await page.locator(`${steps.field("amount3")}-error .field-error`).isVisible());
    assert.equal(await page.locator(steps.field("thing1")).getAttribute("aria-invalid"), null);
    await page.locator(".form-errors a").first().click();
    assert.ok(await wrong.evaluate((input) => input === document.activeElement), "the summary leads to the field");
  });

  step("the review shows what will be sent", async () => {
    await steps.fillContent(visitor);
    await visitor.lead(/^\/send\/\d+\/review$/, () => steps.submit(page, "set-content").click());
    const numbers = await page.locator(".stats.big .stat-value").allInnerTexts();
    assert.deepEqual(numbers, ["2", "0", "0"], "to send, skipped, duplicates");
    assert.match(await steps.submit(page, "confirm-notice").innerText(), /\b2\b/);
    assert.deepEqual(await page.locator(".phone dd").allInnerTexts(), Object.values(steps.VALUES));
    assert.deepEqual((await console_.simulator.sent()).accepted, 0);
  });

  step("confirmed twice, it is sent once and finishes by itself", async () => {
    const review = page.url();
    const stale = await visitor.tab();
    await stale.goto(review);
    await console_.simulator.settings({ latencyMs: 2000 });
    await visitor.lead(/^\/notices\/\d+$/, () => steps.submit(page, "confirm-notice").dblclick());
    const running = page.locator(options.scripts ? ".live svg.progress" : ".progress.big");
    assert.ok(await running.isVisible(), "it is shown while it runs");
    await steps.submit(stale, "confirm-notice").click();
    await stale.waitForURL(/\/notices\/\d+$/);
    await stale.close();
    const notice = new URL(page.url()).pathname;
    // Nobody touches the page: events, or the page's own reload, bring the end.
    await eventually(() => page.locator(".live").count().catch(() => -1), (n) => n === 0, "the notice runs");
    await page.waitForLoadState();
    await visitor.check();
    assert.equal(new URL(page.url()).pathname, notice);
    const numbers = page.locator(".stat.success .stat-value, .stat.fail .stat-value");
    assert.deepEqual(await numbers.allInnerTexts(), ["2", "0"]);
    const { accepted, maxPerOpenid, repeats } = await console_.simulator.sent();
    assert.deepEqual({ accepted, maxPerOpenid, repeats }, { accepted: 2, maxPerOpenid: 1, repeats: [] });
  });

  step("going back and pressing again sends nothing more", async () => {
    await page.goBack();
    await page.waitForLoadState();
    const again = steps.submit(page, "confirm-notice");
    if ((await again.count()) > 0) await visitor.lead(/^\/(notices|send)\//, () => again.click());
    else assert.match(new URL(page.url()).pathname, /^\/notices\/\d+$/, "a confirmed draft leads to its notice");
    await new Promise((resolve) => setTimeout(resolve, 1000));
    assert.equal((await console_.simulator.sent()).accepted, 2);
  });

  step("statistics and overview show the same numbers", async () => {
    for (const path of ["/statistics", "/"]) {
      await steps.follow(visitor, path);
      const value = (tone) => steps.numberIn(page.locator(`.stats .stat.${tone} .stat-value`).first());
      const shown = [await value("success"), await value("fail"), await value("pending")];
      assert.deepEqual(shown, [2, 0, 0], path);
      const legend = await page.locator("figure.donut .legend-value").allInnerTexts();
      assert.deepEqual(legend, ["2", "0", "0"], `the ring on ${path}`);
    }
  });

  step("a spent grant is gone", async () => {
    await steps.follow(visitor, "/subscribers");
    assert.deepEqual(await page.locator("tbody td.num").allInnerTexts(), ["0", "0"]);
  });

  step("signing out closes the door, signing in opens it", async () => {
    await visitor.lead("/login", () => steps.submit(page, "sign-out").click());
    await visitor.open("/notices");
    assert.equal(new URL(page.url()).pathname, "/login");
    await steps.signIn(visitor);
  });
}

/** What moves while one types. */
async function edits(visitor) {
  const { page } = visitor;
  const message = page.locator(`${steps.field("amount3")}-error .field-error`);
  await message.waitFor();
  const name = page.locator(steps.field("thing1"));
  const row = page.locator(".field", { has: name });
  await name.fill("微积分");
  await eventually(() => row.locator(".counter").innerText(), (text) => /^3\s*\/\s*20$/.test(text), "the counter");
  await eventually(() => page.locator(".phone dd").first().innerText(), (text) => text === "微积分", "the phone");
  await name.fill("字".repeat(21));
  await eventually(() => name.getAttribute("aria-invalid"), (value) => value === "true", "21 characters of 20");
  await name.fill(steps.VALUES.thing1);
  await eventually(() => name.getAttribute("aria-invalid"), (value) => value === null, "the value is right again");
}
