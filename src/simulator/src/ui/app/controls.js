// Buttons, fields, tables: what all sections are put together from.

import { ApiError } from "./api.js";
import { freshId, h } from "./dom.js";
import { failed } from "./toast.js";
import { t } from "./words.js";

const CONFIRM_MS = 5000;

/** Runs something that may be refused; the refusal is shown. True when it went through. */
export async function attempt(task) {
  try {
    await task();
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    failed(error.errcode ? `${error.message} (${error.errcode})` : error.message);
    return false;
  }
}

/** What a button's task gives back where a field is filled in wrongly; the first such field gets the focus. */
export const INVALID = Symbol("invalid");

/** A button that cannot be pressed again while its task runs. */
export function button(label, task, attributes = {}) {
  const { class: look = "", ...rest } = attributes;
  const element = h("button", { type: "button", class: `button ${look}`, ...rest }, label);
  element.addEventListener("click", async () => {
    if (element.getAttribute("aria-busy") === "true") return;
    element.setAttribute("aria-busy", "true");
    try {
      await attempt(async () => {
        if ((await task(element)) === INVALID) element.closest(".card").querySelector('[aria-invalid="true"]')?.focus();
      });
    } finally {
      element.removeAttribute("aria-busy");
    }
  });
  return element;
}

/** A button for what cannot be undone: the second press within five seconds does it. */
export function confirmed(label, task, attributes = {}) {
  let armed = false;
  let timer;
  const disarm = () => {
    clearTimeout(timer);
    armed = false;
    element.textContent = label;
  };
  const element = button(
    label,
    async () => {
      if (armed) {
        disarm();
        return task();
      }
      armed = true;
      element.textContent = t("再按一次确认", "Press again to confirm");
      timer = setTimeout(disarm, CONFIRM_MS);
    },
    { ...attributes, class: `danger ${attributes.class ?? ""}`, "aria-live": "polite" },
  );
  element.addEventListener("blur", disarm);
  return element;
}

/** A label, its control, a hint, and room for what is wrong with it. `field.problem(text)` says so. */
export function field(label, control, hint) {
  control.id ||= freshId("field");
  const note = hint && h("p", { class: "field-hint", id: `${control.id}-hint` }, hint);
  const error = h("p", { class: "field-error", id: `${control.id}-error`, hidden: true });
  control.setAttribute("aria-describedby", [note?.id, error.id].filter(Boolean).join(" "));
  const element = h("div", { class: "field" }, h("label", { for: control.id }, label), control, note, error);
  element.problem = (text) => {
    error.textContent = text ?? "";
    error.hidden = !text;
    if (text) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
    return !text;
  };
  return element;
}

export const input = (value, attributes = {}) =>
  h("input", { type: "text", autocomplete: "off", spellcheck: "false", ...attributes, value: value ?? "" });

export const number = (value, attributes = {}) => input(value, { type: "number", min: 0, step: 1, ...attributes });

/** A choice among `[value, label]`. */
export function select(value, options, attributes = {}) {
  const rows = options.map(([key, label]) =>
    h("option", { value: key, selected: String(key) === String(value) }, label),
  );
  return h("select", attributes, rows);
}

/** A switch with its words. */
export function toggle(label, on, onChange, hint, attributes = {}) {
  const id = attributes.id ?? freshId("switch");
  const box = h("input", {
    type: "checkbox",
    role: "switch",
    class: "switch",
    ...attributes,
    id,
    checked: Boolean(on),
  });
  if (onChange) box.addEventListener("change", () => onChange(box.checked, box));
  if (hint) box.setAttribute("aria-describedby", `${id}-hint`);
  const words = [h("label", { for: id }, label), hint && h("p", { class: "field-hint", id: `${id}-hint` }, hint)];
  const element = h("div", { class: "switch-row" }, h("div", { class: "grow" }, words), box);
  element.box = box;
  return element;
}

/** A tick box with its words. */
export function tick(label, on, attributes = {}) {
  const id = attributes.id ?? freshId("tick");
  const box = h("input", { type: "checkbox", ...attributes, id, checked: Boolean(on) });
  const element = h("div", { class: "check" }, box, h("label", { for: id }, label));
  element.box = box;
  return element;
}

/** A number field's value within its bounds, or null with the field saying what is wrong. */
export function numberOf(box, control) {
  const { min, max } = control;
  const value = control.valueAsNumber;
  const whole = control.step === "any" || Number.isInteger(value);
  const right = Number.isFinite(value) && whole && (min === "" || value >= +min) && (max === "" || value <= +max);
  const range = max === "" ? t(`不小于 ${min} 的整数`, `a whole number from ${min} on`) : `${min} – ${max}`;
  box.problem(right ? "" : t(`请填 ${range}。`, `Please enter ${range}.`));
  return right ? value : null;
}

/** A section of a page. */
export function card(title, ...children) {
  const id = freshId("card");
  return h("section", { class: "card", "aria-labelledby": id }, h("h2", { id }, title), children);
}

export const badge = (tone, text) => h("span", { class: `badge ${tone}` }, text);
export const code = (text) => h("code", {}, text);
export const muted = (...children) => h("p", { class: "muted" }, children);

/** A table that scrolls inside itself. Heads are texts, or `[text, class]`; rows are lists of cells. */
export function table(label, heads, rows, empty) {
  if (rows.length === 0 && empty) return muted(empty);
  const looks = heads.map((head) => (Array.isArray(head) ? head[1] : undefined));
  const head = heads.map((one, i) => h("th", { scope: "col", class: looks[i] }, Array.isArray(one) ? one[0] : one));
  const body = rows.map((cells) =>
    h(
      "tr",
      {},
      cells.map((cell, i) => h("td", { class: looks[i] }, cell ?? "—")),
    ),
  );
  return h(
    "div",
    { class: "table-wrap", role: "group", tabindex: 0, "aria-label": label },
    h("table", {}, h("thead", {}, h("tr", {}, head)), h("tbody", {}, body)),
  );
}

/** JSON, or a text that is JSON, set out to be read. */
export function pretty(value) {
  if (typeof value !== "string") return JSON.stringify(value, null, 2);
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value;
  }
}

export const codeBlock = (value) => h("pre", { class: "code", tabindex: 0 }, pretty(value));
