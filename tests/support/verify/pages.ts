/** Stand-ins for the pages that pods serve: Jenkins and the shop. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A server on loopback that ends with the test. */
export interface Serving {
  readonly port: number;
  close(): void;
}

const servers = new Set<Server>();

/** Serves at 127.0.0.1, or another loopback address, at a free port or one that is named. */
export function serve(listener: RequestListener, host = "127.0.0.1", port = 0): Promise<Serving> {
  const server = createServer(listener);
  servers.add(server);
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(port, host, () => {
      const address = server.address() as AddressInfo;
      resolve({ port: address.port, close: () => stop(server) });
    });
  });
}

function stop(server: Server): void {
  server.closeAllConnections();
  server.close();
  servers.delete(server);
}

/** Stops all servers of a test. */
export function stopServing(): void {
  for (const server of servers) stop(server);
}

/** Answers as Jenkins does: a header on every page, and a login page. */
export const playJenkins: RequestListener = (request, response) => {
  const isLogin = request.url?.startsWith("/login");
  response.writeHead(isLogin ? 200 : 403, { "x-jenkins": "2.568.2", "content-type": "text/html" });
  response.end("<html><title>Sign in - Jenkins</title></html>");
};

/** Answers with another page than the expected one. */
export const playOther: RequestListener = (_request, response) => {
  response.writeHead(200, { "content-type": "text/html" });
  response.end("<html><title>Welcome to nginx!</title></html>");
};

const STATIC: Readonly<Record<string, readonly [type: string, body: string]>> = {
  "/css/style.blue.css": ["text/css; charset=UTF-8", "a { color: blue }\n"],
  "/js/front.js": ["application/javascript", "console.log('front')\n"],
};

/** Answers as the shop's front page does; one line differs on every request. */
export function playShop(
  change: (path: string, body: string) => string = (_, body) => body,
): RequestListener {
  let requests = 0;
  return (request, response) => {
    const path = request.url ?? "/";
    const page = `<html>\n<title>\n  WeaveSocks\n</title>\n<p>page ${path}</p>\n<!-- request ${requests++} -->\n</html>\n`;
    const [type, body] = STATIC[path] ?? ["text/html; charset=UTF-8", page];
    const isKnown = path in STATIC || path === "/" || path === "/category.html";
    response.writeHead(isKnown ? 200 : 404, {
      "content-type": type,
      "set-cookie": `md.sid=${requests}`,
    });
    response.end(change(path, body));
  };
}
