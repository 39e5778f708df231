// Tries the callback: the verification of its URL, and an event that nobody knows.

import { post } from "./api.js";
import { INVALID, badge, button, card, codeBlock, field, input, muted } from "./controls.js";
import { fill, h } from "./dom.js";
import { where } from "./store.js";
import { done, failed } from "./toast.js";
import { t } from "./words.js";

export function tryCard(appid, again) {
  const result = h("div", { class: "result stack tight", "aria-live": "polite" });
  const verify = button(t("验证 URL", "Verify the URL"), async () => {
    fill(result, muted(t("等待回答，最多 5 秒……", "Waiting for the answer, at most 5 s…")));
    try {
      fill(result, outcome(await post("callback/verify", { appid })));
    } catch (error) {
      fill(result);
      throw error;
    }
  });
  const event = input("debug_demo", { class: "code", maxlength: 64 });
  const eventField = field(
    t("事件名", "Event"),
    event,
    t("不认识的事件，后端也要回答 200。", "A back end must answer 200 to events it does not know, too."),
  );
  const openid = input(where().openid, { class: "code", maxlength: 64 });
  const push = button(t("推送", "Push"), async () => {
    const name = event.value.trim();
    if (!eventField.problem(name ? "" : t("请填写事件名。", "Please enter an event."))) return INVALID;
    const answer = await post("callback/push", { appid, event: name, openid: openid.value.trim() || undefined });
    await again();
    if (answer.events === 0)
      return failed(t("没有回调地址，没有推送。", "There is no callback URL; nothing was pushed."));
    return done(t("已排队推送", "Queued for pushing"));
  });
  return card(
    t("试一试", "Try it"),
    h(
      "div",
      { class: "stack" },
      muted(t("用的是已保存的设置。", "Uses the settings as saved.")),
      h("div", {}, h("div", { class: "row" }, verify), result),
      eventField,
      field("openid", openid, t("可以不填。", "Optional.")),
      h("div", { class: "row" }, push),
    ),
  );
}

function outcome({ ok, status, body }) {
  const words = ok ? t("验证通过", "Verified") : t("验证失败", "Not verified");
  const line = status ? `HTTP ${status}` : t("没有回答", "no answer");
  return [h("p", {}, badge(ok ? "success" : "fail", words), " ", line), body && codeBlock(body)];
}
