import { createHash } from 'node:crypto';

/**
 * Adds a content security policy to a page. Programs run in workers from blobs, which inherit it: they can send nothing to other
 * hosts. The inline scripts of VitePress are allowed by their hashes, and `unsafe-eval` for the search, whose options contain a
 * function.
 */
export function withContentPolicy(html: string): string {
  const scripts = Array.from(html.matchAll(/<script(?:\s[^>]*)?>([^<]*)<\/script>/g), ([, code]) => code);
  const hashes = scripts
    .filter(Boolean)
    .map((code) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`);
  const policy = [
    `default-src 'self'`,
    `script-src 'self' blob: 'unsafe-eval' 'wasm-unsafe-eval' ${hashes.join(' ')}`,
    `style-src 'self' 'unsafe-inline'`,
    `img-src 'self' data: blob:`,
    // Browsers check the static imports of a worker's module as workers.
    `worker-src 'self' blob:`,
    `object-src 'none'`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ];
  const tag = `<meta http-equiv="Content-Security-Policy" content="${policy.join('; ')}">`;
  return html.replace(/<head>/, `<head>\n    ${tag}`);
}
