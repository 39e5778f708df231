// Section 手机: one plays a user, and sees what follows.

import { get, post } from "./api.js";
import { attempt } from "./controls.js";
import { h } from "./dom.js";
import { noAccount } from "./no-account.js";
import { balancesCard, outcomeCard, reportCard } from "./phone-outcome.js";
import { phoneFrame } from "./phone-frame.js";
import { peopleCard } from "./phone-people.js";
import { poll } from "./poll.js";
import { go, store } from "./store.js";

const EVERY_MS = 1000;

export function phonePage(at) {
  if (!at.appid) return { element: noAccount() };
  let { openid } = at;
  const { appid } = at;
  const outcome = outcomeCard();
  const report = reportCard(store.account(appid));
  const balances = balancesCard();
  const frame = phoneFrame({ appid, onAnswer: answer, onSetting: change });
  const people = peopleCard({ appid, openid, onChosen: (chosen, options) => go({ openid: chosen }, options) });

  const polling = poll(async (signal) => {
    if (!openid) return;
    const asked = openid;
    const phone = await get("phone", { appid, openid: asked }, signal);
    if (asked === openid) draw(phone);
  }, EVERY_MS);

  function draw(phone) {
    frame.update(phone);
    balances.update(phone);
  }

  /** What the person answered in the popup, or what goes without one. */
  async function answer(results, { always, popup }) {
    const body = { appid, openid, results, always, ...report.wanted() };
    await outcome.follow(popup, () => post("phone/prompt", body));
    await polling.now();
  }

  async function change(setting) {
    await attempt(() => post("phone/settings", { appid, openid, ...setting }));
    await polling.now();
  }

  const beside = h("div", { class: "stack phone-beside" }, outcome.element, report.element, balances.element);
  return {
    element: h("div", { class: "phone-layout" }, people.element, frame.element, beside),
    follow(next) {
      if (next.openid === openid) return;
      openid = next.openid;
      frame.reset();
      outcome.clear();
      people.follow(openid);
      polling.now();
    },
    stop() {
      polling.stop();
      people.stop();
    },
  };
}
