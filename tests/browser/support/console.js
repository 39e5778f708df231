// The console under test: `yanshu serve` beside a simulator, or `yanshu demo`.

import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { database, folder } from "./database.js";
import { yanshu } from "./process.js";
import { simulate, steer } from "./simulator.js";

/** Sign-in of the demo. */
export const DEMO = { name: "admin", password: "demo-wild-goose" };

/** Why tests of islands cannot run: without a built site there is no WebAssembly. Never a reason with CI=true. */
export function withoutSite() {
  const site = process.env.YANSHU_SITE_DIR;
  const file = site && path.join(site, "site.json");
  if (file && existsSync(file) && JSON.parse(readFileSync(file, "utf8")).output_name) return false;
  if (process.env.CI) throw new Error("YANSHU_SITE_DIR names no built site: run the tests by `cargo xtask test`");
  return "YANSHU_SITE_DIR names no built site";
}

/** A console on an empty database: `{ url, simulator, stop() }`. */
export async function serve(kind, settings = {}) {
  const own = database(kind);
  const simulator = await simulate();
  const env = {
    DATABASE_URL: own.url,
    YANSHU_LISTEN: "127.0.0.1:0",
    YANSHU_WECHAT_API_BASE: simulator.url,
    YANSHU_SECRET_KEY: "7".repeat(64),
    YANSHU_POLL_MS: "100",
    YANSHU_UNDO_SECS: "0",
    ...settings,
  };
  const server = await yanshu(["serve"], { env, says: /listens on (http:\S+)/ });
  await ready(server.url);
  const stop = async () => {
    await server.stop();
    await simulator.stop();
    own.drop();
  };
  return { url: server.url, simulator, stop };
}

/** The demo with its sample data: `{ url, simulator, stop() }`. */
export async function demo() {
  const data = folder();
  // Pages show the address that was asked for, so it is a real one.
  const args = ["demo", "--data", data.path, "--listen", `127.0.0.1:${await freePort()}`];
  const server = await yanshu(args, { says: /Yanshu demo\s+(http:\S+)[^]*Simulator\s+http:\S+\s/ });
  await ready(server.url);
  const stop = async () => {
    await server.stop();
    data.remove();
  };
  const [, platform] = /Simulator\s+(http:\S+)\/sim\//.exec(server.output());
  return { url: server.url, simulator: steer(platform), stop };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

async function ready(url) {
  const response = await fetch(`${url}/readyz`);
  if (!response.ok) throw new Error(`${url}/readyz: ${response.status} ${await response.text()}`);
}
