// The two languages. Both texts stand where they are used, so neither can be forgotten.

const KEY = "yanshu-sim-language";
const listeners = new Set();
let language = remembered();

function remembered() {
  try {
    return localStorage.getItem(KEY) === "en" ? "en" : "zh";
  } catch {
    return "zh"; // Storage may be forbidden; the switch then holds for this visit.
  }
}

export function t(zh, en) {
  return language === "en" ? en : zh;
}

export function locale() {
  return language === "en" ? "en-GB" : "zh-CN";
}

export function switchLanguage() {
  language = language === "en" ? "zh" : "en";
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // As above.
  }
  listeners.forEach((listener) => listener());
}

export function onLanguage(listener) {
  listeners.add(listener);
}

export function count(n) {
  return new Intl.NumberFormat(locale()).format(n);
}

export function clockTime(ms) {
  const date = new Date(ms);
  const today = date.toDateString() === new Date().toDateString();
  const time = { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false };
  return new Intl.DateTimeFormat(locale(), today ? time : { month: "2-digit", day: "2-digit", ...time }).format(date);
}
