// Section 回调: where events are pushed, and what came of them.

import { get } from "./api.js";
import { card, muted } from "./controls.js";
import { fill, h } from "./dom.js";
import { callbackForm } from "./callback-form.js";
import { pendingCard, pushesCard } from "./callback-pushes.js";
import { tryCard } from "./callback-try.js";
import { noAccount } from "./no-account.js";
import { poll } from "./poll.js";
import { t } from "./words.js";

const EVERY_MS = 1000;
const SHOWN = 100;
/** Of an account that has no callback yet; as the simulator's own. */
const DEFAULTS = { mode: "plain", format: "json", list: "auto", numbersAsStrings: true, silentEvents: true };

export function callbackPage({ appid }) {
  if (!appid) return { element: noAccount() };
  const pending = pendingCard(appid, () => polling.now());
  const log = pushesCard();
  const polling = poll(async (signal) => {
    const [pushes, waiting] = await Promise.all([
      get("pushes", { limit: SHOWN, appid }, signal),
      get("pushes/pending", {}, signal),
    ]);
    log.update(pushes);
    pending.update(waiting);
  }, EVERY_MS);
  const settings = h("div", {}, card(t("推送设置", "Push settings"), muted(t("正在读取……", "Loading…"))));
  // The form is filled once: what is typed must not be overwritten by what is stored.
  const loading = poll(async (signal) => {
    const callback = await get("callback", { appid }, signal);
    loading.stop();
    fill(settings, callbackForm(appid, callback ?? DEFAULTS));
  }, EVERY_MS);
  const element = h(
    "div",
    { class: "stack" },
    h(
      "div",
      { class: "split" },
      settings,
      h(
        "div",
        { class: "stack" },
        tryCard(appid, () => polling.now()),
        pending.element,
      ),
    ),
    log.element,
  );
  return {
    element,
    stop() {
      loading.stop();
      polling.stop();
      pending.stop();
    },
  };
}
