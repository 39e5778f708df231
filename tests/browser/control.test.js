// A notice to a hundred thousand: taken back, sent, paused, let go on and cancelled; and people out of a file.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { eventually, launch, visit } from "./support/browser.js";
import { DEMO, demo } from "./support/console.js";
import { openid, signIn, submit } from "./support/steps.js";

describe("a notice to many", () => {
  let browser, console_, visitor, page, notice;
  before(async () => {
    browser = await launch();
    console_ = await demo();
    visitor = await visit(browser, console_.url);
    page = visitor.page;
    await signIn(visitor, DEMO);
    await page.selectOption("#switcher", { label: "雁州热线" });
    await visitor.lead("/", () => page.locator("form.switcher button").click());
  });
  after(async () => {
    await browser?.close();
    await console_?.stop();
  });

  const text = () => page.locator("main").innerText();
  /** The page of the notice, as soon as it says something. */
  const says = (wanted, what) =>
    eventually(
      async () => {
        await page.goto(notice);
        return text();
      },
      (shown) => wanted.test(shown),
      what,
    );

  test("it is taken back before anything is sent", async () => {
    await page.goto("/notices?state=draft");
    await page.locator("tbody a[href^='/notices/'], tbody a[href^='/send/']").first().click();
    await page.waitForURL(/\/send\/\d+\/review$/);
    assert.match(await text(), /确认发送 100,000 条/);
    await visitor.lead(/^\/notices\/\d+$/, () => submit(page, "confirm-notice").click());
    notice = new URL(page.url()).pathname;
    assert.match(await text(), /现在撤销，一条也不会发出/);
    await submit(page, "undo-notice").click();
    await page.waitForURL(/\/send\/\d+\/review/);
    assert.match(await text(), /确认发送 100,000 条/);
  });

  test("it begins after ten seconds, stands still when it is paused, and goes on", async () => {
    await visitor.lead(/^\/notices\/\d+$/, () => submit(page, "confirm-notice").click());
    await says(/发送中/, "the beginning");
    await submit(page, "pause-notice").click();
    const paused = await says(/已暂停，还有 [\d,]+ 条没有发送/, "the pause");
    const left = /还有 ([\d,]+) 条/.exec(paused)[1];
    assert.notEqual(left, "0");
    const settled = await says(/已暂停，还有 [\d,]+ 条没有发送/, "the pause");
    await submit(page, "resume-notice").click();
    await eventually(
      async () => {
        await page.goto(notice);
        return text();
      },
      (shown) => !shown.includes("已暂停") && shown !== settled,
      "going on",
    );
    await visitor.check();
  });

  test("people are read out of a file, and what is wrong with it is told by line", async () => {
    await page.goto("/subscribers/import");
    const csv = `openid,姓名\n${openid(1)},张三\n1.23457E+27,李四\n${openid(1)},张三\n`;
    await page.setInputFiles("#f-file", { name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
    await page.locator("main form:has(#f-file) button[type=submit]").click();
    await page.waitForLoadState();
    assert.match(await text(), /people\.csv/);
    await submit(page, "start-import").first().click();
    const done = await eventually(
      async () => {
        await page.goto("/subscribers/import");
        return text();
      },
      (shown) => /科学计数法/.test(shown),
      "the end of the file",
    );
    assert.match(done, /3/);
    await page.goto(`/subscribers?search=${openid(1)}`);
    assert.match(await text(), new RegExp(openid(1)));
    await visitor.check();
  });
});
