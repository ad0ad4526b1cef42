/* global Request, Response, URL */
// The program asks one thing of the network: your address. The sandbox answers that, and lets nothing
// else through but what is on this machine.
const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);
const original = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const url = input instanceof Request ? input.url : String(input);
  return url.replace(/\/$/, "") === "https://checkip.amazonaws.com"
    ? Promise.resolve(new Response(`${process.env.SANDBOX_ADDRESS}\n`))
    : LOOPBACK.has(new URL(url).hostname)
      ? original(input, init)
      : Promise.reject(new Error(`the sandbox has no network, so ${url} cannot be reached`));
};
