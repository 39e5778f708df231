// The row at the foot of the phone: a tab list as screen readers know it, moved through with the arrow keys.

import { freshId, h } from "./dom.js";
import { count, t } from "./words.js";

export function tabs(names, panels, onChosen) {
  const keys = Object.keys(names);
  const marks = {};
  const buttons = {};
  for (const key of keys) {
    const id = freshId("tab");
    panels[key].id ||= freshId("panel");
    panels[key].setAttribute("role", "tabpanel");
    panels[key].setAttribute("aria-labelledby", id);
    marks[key] = h("span", { class: "phone-mark", hidden: true });
    buttons[key] = h(
      "button",
      { type: "button", role: "tab", id, "aria-controls": panels[key].id, onclick: () => choose(key) },
      h("span", {}, names[key]),
      marks[key],
    );
  }

  function choose(chosen, { focus = false } = {}) {
    for (const key of keys) {
      panels[key].hidden = key !== chosen;
      buttons[key].setAttribute("aria-selected", String(key === chosen));
      buttons[key].tabIndex = key === chosen ? 0 : -1;
    }
    if (focus) buttons[chosen].focus();
    onChosen(chosen);
  }

  const steps = { ArrowRight: 1, ArrowLeft: -1 };
  const element = h("div", {
    class: "phone-tabs",
    role: "tablist",
    "aria-label": t("手机上的页面", "Screens of the phone"),
    onkeydown: (event) => {
      const at = keys.findIndex((key) => buttons[key] === document.activeElement);
      if (!(event.key in steps) || at < 0) return;
      event.preventDefault();
      choose(keys[(at + steps[event.key] + keys.length) % keys.length], { focus: true });
    },
  });
  element.append(...Object.values(buttons));
  return {
    element,
    choose,
    count(key, n) {
      marks[key].hidden = n === 0;
      marks[key].textContent = count(n);
      marks[key].setAttribute("aria-label", t(`${n} 条新消息`, `${n} new`));
    },
  };
}
