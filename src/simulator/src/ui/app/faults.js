// Section 故障: what goes wrong with the platform's calls.

import { get, put } from "./api.js";
import { INVALID, button, card, field, number, numberOf, toggle } from "./controls.js";
import { h } from "./dom.js";
import { editorCard } from "./fault-editor.js";
import { mixesCard } from "./fault-mixes.js";
import { rulesCard } from "./fault-rules.js";
import { poll } from "./poll.js";
import { store } from "./store.js";
import { done } from "./toast.js";
import { t } from "./words.js";

const EVERY_MS = 2000;

export function faultsPage({ appid }) {
  const again = () => polling.now();
  const rules = rulesCard(again);
  const polling = poll(async (signal) => rules.update(await get("faults", {}, signal)), EVERY_MS);
  const left = h("div", { class: "stack" }, rules.element, mixesCard(appid, again), editorCard(again));
  return { element: h("div", { class: "split" }, left, settingsCard()), stop: polling.stop };
}

function settingsCard() {
  const { settings } = store.state;
  const latency = number(settings.latencyMs, { max: 600_000 });
  const capacity = number(settings.logCapacity, { max: 10_000_000 });
  const latencyField = field(t("每次调用至少（毫秒）", "Each call takes at least (ms)"), latency);
  const messages = number(settings.keepMessages, { max: 10_000_000 });
  const messagesField = field(
    t("手机上保留的消息", "Messages kept for the phones"),
    messages,
    t("所有人合计；0 表示不保留。", "All people together; 0 keeps none."),
  );
  const capacityField = field(t("保留的调用记录", "Calls kept in the log"), capacity);
  const msgid = toggle(
    t("发送成功返回 msgid", "Accepted sends carry a msgid"),
    settings.msgid,
    undefined,
    t("文档没有保证；两种情况都有人见过。", "The documentation promises none; both have been seen."),
  );
  const codes = toggle(t("errcode 写成字符串", "errcode as a string"), settings.stringCodes);
  const keep = button(t("保存", "Save"), async () => {
    const values = [
      numberOf(latencyField, latency),
      numberOf(capacityField, capacity),
      numberOf(messagesField, messages),
    ];
    if (values.includes(null)) return INVALID;
    const [latencyMs, logCapacity, keepMessages] = values;
    await put("settings", {
      ...store.state.settings,
      latencyMs,
      logCapacity,
      keepMessages,
      msgid: msgid.box.checked,
      stringCodes: codes.box.checked,
    });
    await store.refresh();
    done(t("已保存", "Saved"));
  });
  return card(
    t("整个模拟器", "The whole simulator"),
    h(
      "div",
      { class: "stack" },
      latencyField,
      h("div", { class: "switches" }, msgid, codes),
      capacityField,
      messagesField,
      h("div", { class: "row" }, keep),
    ),
  );
}
