import { readFile, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** Settings of `serve`. */
export interface ServeOptions {
  /** Default: a free port. */
  readonly port?: number;
  /** Folder of the site on the server. Default: `/`. */
  readonly base?: string;
  /** Whether pages are cross-origin isolated, as threads in pages need. Default: true. */
  readonly isolated?: boolean;
  /** Called after each response, with the number of bytes of its body. */
  readonly onResponse?: (path: string, bytes: number, status: number) => void;
}

/** A running server of the site. */
export interface SiteServer {
  /** Address of the front page, which ends in a slash. */
  readonly address: string;
  close(): void;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

const compressed = promisify(gzip);

/**
 * Serves a folder on the loopback interface as static hosts do: `index.html` for folders, `404.html` with status 404, compression
 * of texts, and caching of files whose name contains a hash.
 */
export async function serve(folder: string, options: ServeOptions = {}): Promise<SiteServer> {
  const { port = 0, base = '/', isolated = true, onResponse } = options;
  const bodies = new Map<string, Promise<Buffer>>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const found = pathname.startsWith(base) ? await fileFor(folder, pathname.slice(base.length)) : null;
    const file = found ?? join(folder, '404.html');
    const status = found === null ? 404 : 200;
    const type = types[extname(file)] ?? 'application/octet-stream';
    const isText = /^text|json|svg/.test(type);
    const zips = isText && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
    const key = `${zips}:${file}`;
    const body = bodies.get(key) ?? readFile(file).then((bytes) => (zips ? compressed(bytes, { level: 6 }) : bytes));
    bodies.set(key, body);
    const bytes = await body;
    response.writeHead(status, {
      'content-type': type,
      'content-length': bytes.length,
      'cache-control': /\/(assets|lib)\//.test(pathname) ? 'public, max-age=31536000, immutable' : 'no-cache',
      ...(zips && { 'content-encoding': 'gzip' }),
      ...(isolated && {
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
      }),
    });
    response.end(request.method === 'HEAD' ? undefined : bytes);
    onResponse?.(pathname, bytes.length, status);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      response.writeHead(500, { 'content-type': 'text/plain' });
      response.end(String(error));
    });
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', listening);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    address: `http://127.0.0.1:${address.port}${base}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Returns the file of a path below the folder; null if the file does not exist. */
async function fileFor(folder: string, path: string): Promise<string | null> {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return null;
  }
  const file = normalize(join(folder, decoded));
  if (file !== normalize(folder) && !file.startsWith(normalize(folder + sep))) return null;
  const info = await stat(file).catch(() => null);
  if (info?.isFile()) return file;
  if (!info?.isDirectory()) return null;
  const index = join(file, 'index.html');
  return (await stat(index).catch(() => null)) === null ? null : index;
}
