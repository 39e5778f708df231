// Child processes that end with the test, also when the test ends badly.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

const BINARY = process.env.YANSHU_BIN ?? path.resolve(import.meta.dirname, "../../../target/debug/yanshu");
/** How long a start may take: a debug build on a busy machine fills the demo in half a minute. */
const START_MS = 120_000;
const STOP_MS = 20_000;

const running = new Set();
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(1));

/**
 * Starts `yanshu ARGS` and waits until it says where it listens.
 * Gives `{ url, output(), stop() }`.
 */
export async function yanshu(args, { env = {}, says }) {
  if (!existsSync(BINARY)) throw new Error(`${BINARY} is not there: build it, or name it in YANSHU_BIN`);
  const child = spawn(BINARY, args, { env: environment(env), stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve(signal ?? code)));
  ended.then(() => running.delete(child));
  let text = "";
  const found = new Promise((resolve) => {
    const hear = (chunk) => {
      text += chunk;
      const match = says.exec(text);
      if (match) resolve(match[1]);
    };
    child.stdout.setEncoding("utf8").on("data", hear);
    child.stderr.setEncoding("utf8").on("data", hear);
  });
  const failed = ended.then((how) => Promise.reject(new Error(`yanshu ${args[0]} ended (${how}):\n${text}`)));
  const late = deadline(START_MS, () => `yanshu ${args[0]} did not start:\n${text}`);
  const url = await Promise.race([found, failed, late.promise]).finally(late.clear);
  // From here on an early end is the test's to notice.
  failed.catch(() => {});
  const stop = async () => {
    child.kill("SIGTERM");
    const slow = deadline(STOP_MS, () => `yanshu ${args[0]} did not stop:\n${text}`);
    await Promise.race([ended, slow.promise]).finally(slow.clear);
  };
  return { url, stop, output: () => text };
}

/** Ours, without what a developer may have set for their own installation. */
function environment(more) {
  const own = Object.entries(process.env).filter(([name]) => !/^(YANSHU_|DATABASE_URL$)/.test(name));
  return { ...Object.fromEntries(own), YANSHU_SITE_DIR: process.env.YANSHU_SITE_DIR ?? "", ...more };
}

function deadline(ms, text) {
  let timer;
  const promise = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(text())), ms);
  });
  return { promise, clear: () => clearTimeout(timer) };
}
