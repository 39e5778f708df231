import { launch, visit } from "./support/browser.js";
import { settle } from "./support/settle.js";
import * as steps from "./support/steps.js";
const [base, prefix, ...only] = process.argv.slice(2);
const browser = await launch();
for (const lang of ["zh", "en"]) {
  const v = await visit(browser, base, { lang });
  await steps.signIn(v, { name: "admin", password: "demo-wild-goose" });
  for (const [name, path] of [["overview", "/"], ["system", "/system"]]) {
    await v.page.goto(path);
    for (const [size, width] of [["d", 1280], ["p", 390]]) {
      await v.page.setViewportSize({ width, height: 800 });
      for (const colorScheme of ["light", "dark"]) {
        await v.page.emulateMedia({ colorScheme });
        await v.page.evaluate(settle);
        const over = await v.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
        if (over) console.log("overflows", name, lang, size);
        await v.page.screenshot({ path: `/tmp/pulse-shots/${prefix}${name}.${lang}.${size}.${colorScheme}.png`, fullPage: name === "system" });
      }
    }
  }
  await v.context.close();
}
await browser.close();
