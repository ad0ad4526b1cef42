/** Judges a page that a check asks for. */
import { describePage, NoAnswer, type Page } from "../page";
import { failing, passed, type Result } from "../result";

/** A page, what it must be, and what to say if it is not. */
export interface PageQuestion {
  /** Asks for the page. @throws NoAnswer if nobody answers */
  readonly ask: () => Promise<Page>;
  /** What to report of a page that is right; undefined for any other. */
  readonly accept: (page: Page) => string | undefined;
  readonly expected: string;
  readonly lookCloser: string;
  /** The URL, if it is worth reporting. */
  readonly url?: string;
  /** Likely cause of another page. */
  readonly otherCause: string;
  /** Likely cause of no answer. */
  readonly silentCause: string;
  /** Most seconds to wait for an answer. @default as long as the run may take */
  readonly timeoutSeconds?: number;
}

/** A server's error and silence may still pass; any other page is final. */
export async function judgePage(question: PageQuestion): Promise<Result> {
  const { url, accept, expected, lookCloser, otherCause, silentCause, timeoutSeconds } = question;
  const fail = failing(expected, lookCloser);
  const pending = (pendingReason: string) => ({
    pendingReason,
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
  });
  const prefix = url === undefined ? "" : `${url} answers: `;
  try {
    const page = await question.ask();
    const said = accept(page);
    if (said !== undefined) return passed(`${prefix}${said}`);
    const mayPass = page.status >= 500 ? pending(`it answers ${page.status}`) : {};
    return fail(`${prefix}${describePage(page)}`, otherCause, mayPass);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return fail(error.message, silentCause, pending(error.why));
  }
}
