/** The simulated caller's address, of a range that is kept for documentation (RFC 5737). */
export const MY_ADDRESS = "203.0.113.7";

/**
 * The program asks one thing of the network: your address. A rehearsal answers that itself, and
 * refuses all else.
 * @returns what gives the network back
 */
export function answerForTheNetwork(): () => void {
  const original = globalThis.fetch;
  globalThis.fetch = (input) => {
    const url = input instanceof Request ? input.url : String(input);
    return url === "https://checkip.amazonaws.com"
      ? Promise.resolve(new Response(`${MY_ADDRESS}\n`))
      : Promise.reject(new Error(`a rehearsal has no network, so ${url} cannot be reached`));
  };
  return () => {
    globalThis.fetch = original;
  };
}
