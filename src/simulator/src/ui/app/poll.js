// Asks again and again, but only while somebody looks.

import { ApiError } from "./api.js";

/**
 * Runs `task(signal)` every `everyMs` until `stop()`. A hidden page asks nothing and drops what is under way; `now()`
 * asks at once. Failures of a call end that round only: the shell says when the simulator is lost.
 */
export function poll(task, everyMs) {
  let stopped = false;
  let timer;
  let controller = new AbortController();

  async function round() {
    clearTimeout(timer);
    controller.abort();
    if (stopped || document.hidden) return;
    const mine = new AbortController();
    controller = mine;
    try {
      await task(mine.signal);
    } catch (error) {
      if (error.name === "AbortError") return;
      if (!(error instanceof ApiError)) throw error;
    } finally {
      if (controller === mine && !stopped) timer = setTimeout(round, everyMs);
    }
  }

  const onVisibility = () => (document.hidden ? controller.abort() : round());
  document.addEventListener("visibilitychange", onVisibility);
  round();
  return {
    now: round,
    stop() {
      stopped = true;
      clearTimeout(timer);
      controller.abort();
      document.removeEventListener("visibilitychange", onVisibility);
    },
  };
}
