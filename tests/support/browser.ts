/** Drives Debian's Chromium in tests. It opens files and reaches nothing else. */
import { existsSync } from "node:fs";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The browser's path; undefined without one (tests/support/browser.sh installs it). */
export const EXECUTABLE = [process.env["CHROMIUM"], ...PLACES].find(
  (path) => path !== undefined && existsSync(path),
);

const QUIET = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE!, args: QUIET });
}

/** A page, its requests and its errors. */
export interface Opened {
  readonly page: Page;
  /** Addresses that it requested besides its own; each was refused. */
  readonly requests: string[];
  /** Console messages and uncaught errors. */
  readonly complaints: string[];
}

/** Opens a file. */
export async function open(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Opened> {
  const context = await browser.newContext(options);
  // The TypeScript loader names compiled functions with a helper that pages lack.
  await context.addInitScript("globalThis.__name = (named) => named");
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.route("**/*", (route) => {
    const asked = route.request().url();
    if (asked.replace(/#.*/, "") === url) return route.continue();
    requests.push(asked);
    return route.abort();
  });
  await page.goto(url);
  return { page, requests, complaints };
}
