import { createServer } from 'node:http';

/** A server of one page on this machine. */
export interface PageServer {
  readonly address: string;
  readonly close: () => void;
}

/**
 * Serves an empty page and its scripts on 127.0.0.1.
 *
 * @param scripts scripts by path
 * @param entry path of the script that the page runs
 * @param isIsolated whether the page is cross-origin isolated, so that its threads can share memory
 */
export async function servePage(
  scripts: ReadonlyMap<string, string>,
  entry: string,
  isIsolated = false,
): Promise<PageServer> {
  const isolation = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };
  const html = `<!doctype html><meta charset="utf-8"><title>bench</title><script type="module" src="${entry}"></script>`;
  const server = createServer(({ url = '' }, response) => {
    const script = scripts.get(url);
    if (script === undefined && url !== '/') {
      response.writeHead(404).end();
      return;
    }
    const type = script === undefined ? 'text/html' : 'text/javascript';
    response.writeHead(200, { 'content-type': type, ...(isIsolated ? isolation : {}) });
    response.end(script ?? html);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return { address: `http://127.0.0.1:${address.port}/`, close: () => server.close() };
}
