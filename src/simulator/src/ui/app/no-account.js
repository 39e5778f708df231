// What stands where a section needs an account and there is none.

import { h } from "./dom.js";
import { address } from "./store.js";
import { t } from "./words.js";

export function noAccount() {
  return h(
    "div",
    { class: "empty" },
    h("h2", {}, t("还没有账号", "No account yet")),
    h("p", {}, t("先添加一个模拟的小程序，再回到这里。", "Add a simulated mini program first, then come back.")),
    h(
      "p",
      {},
      h("a", { class: "button primary", href: address({ page: "accounts" }) }, t("添加账号", "Add an account")),
    ),
  );
}
