import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { chapters } from '../site/chapters.ts';
import { pages } from '../site/folders.ts';
import { isTranslated } from '../theme/is-translated.ts';
import { outline } from './outline.ts';

const paths = readdirSync(pages, { recursive: true, withFileTypes: true })
  .filter(({ name }) => name.endsWith('.md'))
  .map((entry) => relative(pages, join(entry.parentPath, entry.name)).split(sep).join('/'));
const english = paths.filter((path) => isTranslated(path) && !path.startsWith('ja/')).sort();
const read = (path: string) => readFileSync(join(pages, path), 'utf8');

test('all pages of the tutorial and the front page are translated, and no other', () => {
  expect(english.length).toBeGreaterThan(chapters.length);
  expect(paths.filter((path) => path.startsWith('ja/')).sort()).toEqual(english.map((path) => `ja/${path}`));
});

describe.each(english)('%s', (path) => {
  test('has the same headings, programs, formulas, names, figures and links in Japanese', () => {
    expect(outline(read(`ja/${path}`))).toEqual(outline(read(path)));
  });

  test('has the same settings, but for titles', () => {
    const settings = (text: string) =>
      /^---\n(.*?)\n---\n/s
        .exec(text)?.[1]
        .split('\n')
        .filter((line) => !line.startsWith('title:'));
    expect(settings(read(`ja/${path}`))).toEqual(settings(read(path)));
  });
});

test.each(chapters.map((chapter, i) => ({ ...chapter, number: i + 1 })))(
  'chapter $number has the title of the navigation',
  ({ name, number, en, ja }) => {
    const title = (path: string) => /^# (.*)$/m.exec(read(path))?.[1];
    expect(title(`tutorial/${name}.md`)).toBe(`${number}. ${en}`);
    expect(title(`ja/tutorial/${name}.md`)).toBe(`${number}. ${ja}`);
  },
);
