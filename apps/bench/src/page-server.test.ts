import { expect, test } from '@jest/globals';
import { servePage } from './page-server.ts';

test('servePage isolates the page if asked to', async () => {
  for (const [isIsolated, policy] of [
    [false, null],
    [true, 'require-corp'],
  ] as const) {
    const { address, close } = await servePage(new Map(), '/runner.js', isIsolated);
    try {
      expect((await fetch(address)).headers.get('cross-origin-embedder-policy')).toBe(policy);
    } finally {
      close();
    }
  }
});

test('servePage serves a page with its scripts, and nothing else', async () => {
  const { address, close } = await servePage(new Map([['/runner.js', 'run()']]), '/runner.js');
  try {
    const page = await fetch(address);
    expect(page.headers.get('content-type')).toBe('text/html');
    expect(await page.text()).toContain('<script type="module" src="/runner.js">');
    const script = await fetch(`${address}runner.js`);
    expect(script.headers.get('content-type')).toBe('text/javascript');
    expect(await script.text()).toBe('run()');
    expect((await fetch(`${address}other.js`)).status).toBe(404);
  } finally {
    close();
  }
});
