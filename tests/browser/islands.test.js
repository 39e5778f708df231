// The islands, one by one: they move without the page being loaded again.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { eventually, launch, visit } from "./support/browser.js";
import { serve, withoutSite } from "./support/console.js";
import * as steps from "./support/steps.js";

/** More than one round of calls at the concurrency set below. */
const PEOPLE = 120;

describe("islands", { skip: withoutSite() }, () => {
  let browser, console_, visitor, page;
  before(async () => {
    browser = await launch();
    console_ = await serve("sqlite", { YANSHU_CONCURRENCY: "4" });
    await steps.atWeChat(console_.simulator);
    visitor = await visit(browser, console_.url);
    page = visitor.page;
    await steps.setUp(visitor);
    await steps.addMiniProgram(visitor);
  });
  after(async () => {
    await browser?.close();
    await console_?.stop();
  });

  /** What was wrong while the shorter text was on offer; a test of its own, for the next steps do not depend on it. */
  let tight;
  const narrow = (width) => page.setViewportSize({ width, height: 900 });
  const rows = () => page.locator(".field-row");
  const keys = () => page.locator(".field-row input[name$='[key]']").evaluateAll((all) => all.map((i) => i.value));
  const names = () => page.locator(".field-row input").evaluateAll((all) => all.map((i) => i.name));
  const card = () => page.locator(".phone dt").allInnerTexts();

  test("a pasted content text becomes rows", async () => {
    await visitor.open("/templates/new");
    await page.locator("#f-fields > p > button").waitFor();
    await page.fill("#f-content", "这不是内容");
    await page.locator("#f-content-note .field-error").waitFor();
    await page.fill("#f-content", steps.TEMPLATE.content);
    await eventually(keys, (all) => all.join() === Object.keys(steps.VALUES).join(), "the rows");
    await page.locator("#f-content-note .success").waitFor();
    assert.equal(await page.locator("#f-content-note .field-error").count(), 0);
    assert.deepEqual(await card(), ["课程名称", "开课时间", "学费", "备注"]);
    await page.fill("#f-title", steps.TEMPLATE.title);
    await eventually(() => page.locator(".phone-title").innerText(), (t) => t === steps.TEMPLATE.title, "the card");
    await visitor.check();
  });

  test("rows are added, removed and numbered anew", async () => {
    await page.locator("#f-fields > p > button").click();
    await eventually(() => rows().count(), (n) => n === 5, "a row more");
    await page.locator("#f-fields-4--key-").fill("phone_number5");
    await page.locator("#f-fields-4--label-").fill("电话");
    await rows().nth(1).locator("button").click();
    await eventually(keys, (all) => all.join() === "thing1,amount3,thing4,phone_number5", "a row less");
    const numbers = (await names()).map((name) => /^fields\[(\d+)\]/.exec(name)[1]);
    assert.deepEqual([...new Set(numbers)], ["0", "1", "2", "3"], "the names are in order without a gap");
    assert.deepEqual(await card(), ["课程名称", "学费", "备注", "电话"]);
    await page.locator("#f-fields-3--key-").fill("电话");
    await page.locator("#f-fields-3--key-").blur();
    await page.locator("#f-fields-3--key-error").waitFor();
    await visitor.check();
  });

  test("what stands in the rows is what is registered", async () => {
    await rows().nth(3).locator("button").click();
    await page.fill("#f-pri_tmpl_id", "TmplB0123456789abcdefghijklmnopqrstuvwxyzAB");
    await visitor.lead(/^\/templates\/\d+$/, () => steps.submit(page, "register-template").click());
    const shown = await page.locator("main code").allInnerTexts();
    assert.deepEqual(shown.filter((text) => /^[a-z_]+\d$/.test(text)), ["thing1", "amount3", "thing4"]);
    await visitor.lead(/^\/templates\/\d+$/, () => steps.submit(page, "archive-template").click());
  });

  test("values are checked while they are typed, and a long one is shortened", async () => {
    await steps.registerTemplate(visitor);
    const people = Array.from({ length: PEOPLE }, (_, i) => steps.openid(i));
    for (const openid of people) await steps.report(console_.url, openid);
    const grant = (openid) => ({ appid: steps.PROGRAM.appid, openid, templateId: steps.TEMPLATE.id });
    await console_.simulator.grants(people.map(grant));
    await steps.draftForEverybody(visitor);

    const name = page.locator(steps.field("thing1"));
    const row = page.locator(".field", { has: name });
    await name.pressSequentially("本学期高等数学课程将于下周一上午九点开始上课");
    const offer = row.locator("button");
    await offer.waitFor();
    assert.equal(await name.getAttribute("aria-invalid"), "true");
    await narrow(390);
    tight = await visitor.check().catch((error) => error);
    await narrow(1280);
    await offer.click();
    await eventually(() => name.getAttribute("aria-invalid"), (value) => value === null, "the shorter text");
    assert.ok([...(await name.inputValue())].length <= 20);
    await steps.fillContent(visitor);
    await eventually(() => page.locator(".phone dd").allInnerTexts(), (all) => all.join() === Object.values(steps.VALUES).join(), "the phone");

    await page.locator("details.more summary").click();
    await page.selectOption("#f-program_state", "developer");
    await page.locator(".notice-box.fail").waitFor();
    await page.selectOption("#f-program_state", "formal");
    await page.locator(".notice-box.fail").waitFor({ state: "detached" });
    await visitor.check();
    await visitor.lead(/^\/send\/\d+\/review$/, () => steps.submit(page, "set-content").click());
  });

  test("the offer of a shorter text fits a narrow window", () => {
    if (tight) throw tight;
  });

  test("the bar of a running notice moves without a reload, then the page tells the end", async () => {
    await console_.simulator.settings({ latencyMs: 150 });
    await visitor.lead(/^\/notices\/\d+$/, () => steps.submit(page, "confirm-notice").click());
    await page.evaluate(() => {
      window.untouched = true;
    });
    const widths = [];
    const done = [];
    const look = () =>
      page
        .evaluate(() => ({
          untouched: window.untouched === true,
          width: document.querySelector(".live .bar.success")?.getAttribute("width"),
          done: document.querySelector(".live .stat.success .stat-value")?.textContent,
        }))
        .catch(() => ({ untouched: true }));
    await eventually(
      look,
      (seen) => {
        if (seen.untouched && seen.width) widths.push(Number(seen.width));
        if (seen.untouched && seen.done) done.push(Number(seen.done));
        return !seen.untouched;
      },
      "the page is loaded again at the end",
      60_000,
    );
    const stood = [...new Set(widths)];
    assert.ok(stood.length >= 4, `the bar stood at ${stood}`);
    assert.deepEqual(stood, [...stood].sort((a, b) => a - b), "it only grows");
    assert.deepEqual(done, [...done].sort((a, b) => a - b));
    await page.waitForLoadState();
    await visitor.check();
    assert.equal(await page.locator(".live").count(), 0);
    assert.equal(await steps.numberIn(page.locator(".stat.success .stat-value")), PEOPLE);
    const { accepted, maxPerOpenid } = await console_.simulator.sent();
    assert.deepEqual([accepted, maxPerOpenid], [PEOPLE, 1]);
  });
});
