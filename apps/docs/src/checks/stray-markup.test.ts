import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { strayMarkup } from './stray-markup.ts';

test('finds Markdown in the text of pages, but not in code', () => {
  const site = mkdtempSync(join(tmpdir(), 'manabi-markup-'));
  try {
    writeFileSync(join(site, 'a.html'), '<p>これは<strong>勾配</strong>です。<code>2 ** 3</code><pre>a ** b</pre>');
    writeFileSync(join(site, 'b.html'), '<p>これは**「勾配」**です。</p>');
    writeFileSync(join(site, 'c.html'), '<h2>課題 {#exercise}</h2>');
    expect(strayMarkup(site).map(({ page }) => page)).toEqual(['b.html', 'c.html']);
  } finally {
    rmSync(site, { recursive: true });
  }
});
