// The settings of 消息推送, and the accidents that can befall a push.

import { put } from "./api.js";
import { urlProblem } from "./account-settings.js";
import { INVALID, button, card, field, input, number, numberOf, select, toggle } from "./controls.js";
import { h } from "./dom.js";
import { store } from "./store.js";
import { done } from "./toast.js";
import { t } from "./words.js";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const KEY_LENGTH = 43;

export function callbackForm(appid, callback) {
  const place = placePart(callback);
  const shape = shapePart(callback);
  const trouble = troublePart(callback);
  const keep = button(
    t("保存", "Save"),
    async () => {
      const values = [place.read(), shape.read(), trouble.read()];
      if (values.includes(null)) return INVALID;
      const wanted = Object.assign({}, callback, ...values);
      await put("callback", wanted.url ? wanted : null, { appid });
      await store.refresh();
      done(t("已保存", "Saved"));
    },
    { class: "primary" },
  );
  return card(
    h("span", {}, t("推送设置", "Push settings"), " ", h("code", {}, appid)),
    h(
      "div",
      { class: "stack" },
      place.element,
      group(t("样子", "Shape"), shape.element),
      group(t("意外", "Accidents"), trouble.element),
      h("div", { class: "row" }, keep),
    ),
  );
}

const group = (title, ...content) => h("fieldset", {}, h("legend", {}, title), content);

function placePart(callback) {
  const url = input(callback.url, {
    type: "url",
    class: "code",
    placeholder: "http://127.0.0.1:8080/wechat/callback/…",
  });
  const token = input(callback.token, { class: "code", maxlength: 64 });
  const key = input(callback.encodingKey, { class: "code", maxlength: KEY_LENGTH });
  const mode = select(callback.mode ?? "plain", [
    ["plain", t("明文", "Plain")],
    ["compatible", t("兼容", "Compatible")],
    ["safe", t("安全", "Safe")],
  ]);
  const urlField = field(
    "URL",
    url,
    t("留空：不推送，其余的推送设置也会删除。", "Empty: nothing is pushed, and the other push settings are dropped."),
  );
  const tokenField = field("Token", token);
  const keyField = field(
    "EncodingAESKey",
    key,
    t("43 个字母和数字；兼容和安全模式需要。", "43 letters and digits; compatible and safe mode need it."),
  );
  const generate = button(t("随机生成", "Generate"), async () => {
    key.value = randomKey();
    keyField.problem("");
  });
  const read = () => {
    const needsKey = mode.value !== "plain" || key.value !== "";
    const keyProblem =
      needsKey && !/^[A-Za-z0-9+/]{43}$/.test(key.value)
        ? t("要正好 43 个字母和数字。", "Exactly 43 letters and digits, please.")
        : "";
    const right = [
      urlField.problem(urlProblem(url.value.trim())),
      tokenField.problem(token.value || !url.value.trim() ? "" : t("请填写 Token。", "Please enter a token.")),
      keyField.problem(keyProblem),
    ];
    return right.includes(false)
      ? null
      : { url: url.value.trim(), token: token.value, encodingKey: key.value, mode: mode.value };
  };
  const element = h(
    "div",
    { class: "stack" },
    urlField,
    h("div", { class: "fields" }, tokenField, field(t("消息加密方式", "Mode"), mode)),
    h("div", { class: "with-button" }, keyField, generate),
  );
  return { element, read };
}

/** 43 of 62 letters and digits, each as likely: bytes beyond the last whole multiple are thrown away. */
function randomKey() {
  const fair = 256 - (256 % ALPHABET.length);
  let key = "";
  while (key.length < KEY_LENGTH) {
    const [byte] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < fair) key += ALPHABET[byte % ALPHABET.length];
  }
  return key;
}

function shapePart(callback) {
  const format = select(callback.format ?? "json", [
    ["json", "JSON"],
    ["xml", "XML"],
  ]);
  const list = select(callback.list ?? "auto", [
    ["auto", t("一项是对象，多项是数组", "One item an object, several an array")],
    ["array", t("总是数组", "Always an array")],
    ["object", t("总是对象，多项分开推送", "Always an object, one push per item")],
  ]);
  const strings = toggle(t("数字写成字符串", "Numbers as strings"), callback.numbersAsStrings);
  const wrapper = toggle(
    t("JSON 里也有外层元素", "The wrapper in JSON too"),
    callback.wrapper,
    undefined,
    t("如 SubscribeMsgPopupEvent；XML 总是有。", "Such as SubscribeMsgPopupEvent; XML always has it."),
  );
  const read = () => ({
    format: format.value,
    list: list.value,
    numbersAsStrings: strings.box.checked,
    wrapper: wrapper.box.checked,
  });
  return {
    element: [
      h(
        "div",
        { class: "fields" },
        field(t("数据格式", "Format"), format),
        field(t("List 的样子", "Shape of List"), list),
      ),
      h("div", { class: "switches" }, strings, wrapper),
    ],
    read,
  };
}

function troublePart(callback) {
  const duplicates = number(callback.duplicates ?? 0, { max: 255 });
  const delay = number(callback.delayMs ?? 0, { max: 3_600_000 });
  const rate = number(Math.round((callback.failRate ?? 0) * 1000) / 10, { max: 100, step: "any" });
  const fields = {
    duplicates: field(t("每次多推几遍", "Extra copies"), duplicates),
    delay: field(t("推送前等待（毫秒）", "Wait before a push (ms)"), delay),
    rate: field(t("发送结果失败的比例（%）", "Failed sent events (%)"), rate),
  };
  const shuffle = toggle(t("打乱顺序", "Shuffle the order"), callback.shuffle);
  const early = toggle(
    t("发送的回答之前就推送结果", "Push a send's event before its answer"),
    callback.sentBeforeAnswer,
  );
  const silent = toggle(
    t("没有弹窗的同意也推送事件", "Push an event for consent without a popup"),
    callback.silentEvents,
    undefined,
    t("微信是否这样做，没有可靠资料。", "Whether WeChat does so is not known."),
  );
  const read = () => {
    const values = [
      numberOf(fields.duplicates, duplicates),
      numberOf(fields.delay, delay),
      numberOf(fields.rate, rate),
    ];
    if (values.includes(null)) return null;
    const [copies, delayMs, percent] = values;
    return {
      duplicates: copies,
      delayMs,
      failRate: percent / 100,
      shuffle: shuffle.box.checked,
      sentBeforeAnswer: early.box.checked,
      silentEvents: silent.box.checked,
    };
  };
  return {
    element: [
      h("div", { class: "fields" }, fields.duplicates, fields.delay, fields.rate),
      h("div", { class: "switches" }, shuffle, early, silent),
    ],
    read,
  };
}
