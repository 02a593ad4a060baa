import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { ManabiError } from '@manabi/errors';
import { readTokenizer } from '../index.ts';

const folder = new URL('../goldens/pretrained/', import.meta.url);
const files = readdirSync(folder).filter((file) => file !== 'splits.json');

const WRONG = [null, -1, 0, 1e9, 0.5, '', 'x', '(', [], {}, true, [[]], '\ud800', { String: '' }, { Regex: '[' }];

/** Replaces one value in a copy of a tokenizer, chosen by a number, and returns its path. */
function mutate(tokenizer: unknown, seed: number): { readonly changed: unknown; readonly path: string } {
  const changed = structuredClone(tokenizer);
  let state = seed;
  const draw = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
  let part = changed;
  let path = '';
  for (;;) {
    const keys: string[] = typeof part === 'object' && part !== null ? Object.keys(part) : [];
    const key = keys[draw(Math.max(1, keys.length))];
    const inner: unknown = Reflect.get(part as object, key);
    path += `.${key}`;
    const isLeaf = typeof inner !== 'object' || inner === null || Object.keys(inner).length === 0;
    if (isLeaf || draw(4) === 0) {
      if (draw(5) === 0) Reflect.deleteProperty(part as object, key);
      else Reflect.set(part as object, key, WRONG[draw(WRONG.length)]);
      return { changed, path };
    }
    part = inner;
  }
}

test.each(files)('a tokenizer %s with a wrong value is read, or rejected with a ManabiError', (file) => {
  const { tokenizer } = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
  let rejected = 0;
  for (let seed = 1; seed <= 150; seed++) {
    const { changed, path } = mutate(tokenizer, seed);
    try {
      const made = readTokenizer(changed as object);
      made.decode(made.encode('It is 今日 <mask> é [SEP] x', { pair: 'y' }).ids);
    } catch (error) {
      rejected++;
      if (!(error instanceof ManabiError)) throw new Error(`${path}: ${String(error)}`, { cause: error });
    }
  }
  expect(rejected).toBeGreaterThan(20);
});
