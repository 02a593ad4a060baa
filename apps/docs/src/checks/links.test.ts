import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { brokenLinks } from './links.ts';

let site: string;
beforeEach(() => {
  site = mkdtempSync(join(tmpdir(), 'manabi-links-'));
});
afterEach(() => rmSync(site, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(site, path)), { recursive: true });
    writeFileSync(join(site, path), text);
  }
}

test('accepts relative and absolute links, folders, anchors and other hosts', () => {
  write({
    'index.html':
      '<a href="/">x</a><a href="a/">x</a><a href="./a/b.html#part">x</a><a href="https://example.org/">x</a><a href="#top">x</a><p id="top">',
    'a/index.html': '<a href="../">x</a><img src="/style.css"><a href="b.html?q=1#part">x</a>',
    'a/b.html': '<h2 id="part">x</h2>',
    'style.css': '',
  });
  expect(brokenLinks(site)).toEqual([]);
});

test('finds missing files and anchors', () => {
  write({
    'index.html': '<a href="/b.html">x</a><a href="a.html#no">x</a>',
    'a.html': '<script src="no.js"></script>',
  });
  expect(brokenLinks(site)).toEqual(
    expect.arrayContaining([
      { page: 'index.html', link: '/b.html', reason: 'no such file' },
      { page: 'index.html', link: 'a.html#no', reason: 'no such anchor' },
    ]),
  );
});

test('finds absolute links that ignore the folder of the site', () => {
  write({ 'index.html': '<a href="/docs/">x</a><a href="/a.html">x</a>', 'a.html': '' });
  expect(brokenLinks(site, '/docs/')).toEqual([{ page: 'index.html', link: '/a.html', reason: 'no such file' }]);
});
