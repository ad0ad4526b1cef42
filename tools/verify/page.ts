/** Pages over HTTP: fetched with a deadline, and recognised for what they are. */
import { createHash } from "node:crypto";
import { request } from "node:http";
import { request as secureRequest } from "node:https";
import { QUESTION_SECONDS, questionSignal } from "../shared/deadline";
import { textOf } from "../shared/kube-errors";

/** What a server answered. */
export interface Page {
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Most of a page that is read: SockShop's and Jenkins's are far smaller. */
const MOST_BYTES = 4 * 1024 * 1024;
const REDIRECTS = 3;

/** Thrown where no server answered; `refused` where the connection was refused at once. */
export class NoAnswer extends Error {
  constructor(
    readonly url: string,
    readonly why: string,
  ) {
    super(`${url}: ${why}`);
  }
}

/**
 * Fetches a page; redirects are followed to the same host only.
 * @throws NoAnswer where nobody answers in time, the signal's reason where the run is over
 */
export async function fetchPage(url: string, signal: AbortSignal): Promise<Page> {
  let at = url;
  for (let hop = 0; ; hop++) {
    const page = await once(at, signal);
    const location = page.headers["location"];
    if (page.status < 300 || page.status > 399 || typeof location !== "string") return page;
    const next = URL.canParse(location, at) ? new URL(location, at) : undefined;
    if (!next || hop >= REDIRECTS || next.host !== new URL(at).host) return page;
    // Nothing of the program's listens for TLS: the redirect is the answer, not what follows it.
    if (isTlsRedirect(page)) return page;
    at = next.href;
  }
}

/** Whether a page that was asked for by http says to ask by https. */
export function isTlsRedirect(page: Page): boolean {
  const location = page.headers["location"];
  if (page.status < 300 || page.status > 399 || typeof location !== "string") return false;
  return page.url.startsWith("http:") && /^https:/i.test(location);
}

async function once(url: string, run: AbortSignal): Promise<Page> {
  const signal = questionSignal(run);
  try {
    return await send(url, signal);
  } catch (error) {
    if (run.aborted && run.reason instanceof Error) throw run.reason;
    if (signal.aborted) throw new NoAnswer(url, `no answer within ${QUESTION_SECONDS} seconds`);
    throw new NoAnswer(url, reasonOf(error));
  }
}

function send(url: string, signal: AbortSignal): Promise<Page> {
  return new Promise((resolve, reject) => {
    const open = url.startsWith("https:") ? secureRequest : request;
    // A connection of its own: what is forwarded serves one connection at a time.
    const asked = open(url, { agent: false, signal, headers: { accept: "*/*" } }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > MOST_BYTES) response.destroy(new Error("the page is too large"));
        chunks.push(chunk);
      });
      response.on("error", reject);
      response.on("end", () => {
        const { statusCode: status = 0, headers } = response;
        resolve({ url, status, headers, body: Buffer.concat(chunks) });
      });
    });
    asked.on("error", reject);
    asked.end();
  });
}

function reasonOf(error: unknown): string {
  const text = textOf(error);
  if (/ECONNREFUSED/.test(text)) return "the connection was refused";
  if (/ENOTFOUND|EAI_AGAIN/.test(text)) return "the host has no address (yet)";
  if (/ECONNRESET|hang up/.test(text)) return "the connection was cut without an answer";
  if (/EHOSTUNREACH|ENETUNREACH/.test(text)) return "there is no way to that address from here";
  return text;
}

/** The title of an HTML page; empty where it has none. */
function readTitle(page: Page): string {
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(page.body.toString("utf8"))?.[1];
  return (title ?? "").trim().replaceAll(/\s+/g, " ").slice(0, 80);
}

/** Whether a page is the shop's front page, which calls itself WeaveSocks. */
export function isShop(page: Page): boolean {
  return page.status === 200 && /weave\s?socks|sock\s?shop/i.test(readTitle(page));
}

/** The version of Jenkins that answered; undefined where it was not Jenkins. */
export function jenkinsVersion(page: Page): string | undefined {
  const version = page.headers["x-jenkins"];
  return typeof version === "string" ? version : undefined;
}

/** A page in a few words: `200, "WeaveSocks"`. */
export function describePage(page: Page): string {
  const title = readTitle(page);
  return `${page.status}${title ? `, "${title}"` : `, ${page.body.length} bytes`}`;
}

/** A digest of the content, to compare pages by. */
export function digest(page: Page): string {
  return createHash("sha256").update(page.body).digest("hex");
}
