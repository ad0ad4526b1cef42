/* global Request, Response, process */
// The program asks one thing of the network: your address. The sandbox answers that, and nothing else.
const original = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const url = input instanceof Request ? input.url : String(input);
  return url.replace(/\/$/, "") === "https://checkip.amazonaws.com"
    ? Promise.resolve(new Response(`${process.env.SANDBOX_MY_ADDRESS}\n`))
    : original(input, init);
};
