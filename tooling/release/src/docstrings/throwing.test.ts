import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { throwAnalysis } from './throwing.ts';

const folder = mkdtempSync(join(tmpdir(), 'manabi-throwing-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Returns the way from the function `f` of a module to a `throw`. */
function wayFrom(code: string): readonly string[] | null {
  const path = join(folder, `${code.length}-${code.split('').reduce((sum, c) => sum + c.charCodeAt(0), 0)}.ts`);
  writeFileSync(path, code);
  const analysis = throwAnalysis((from, specifier) =>
    specifier.startsWith('.') ? join(dirname(from), specifier) : null,
  );
  return analysis.wayToThrow(path, 'f');
}

writeFileSync(
  join(folder, 'check.ts'),
  "export const check = (x: number) => { throw new FileError('range', 'x'); };\n",
);

test.each<[string, string, readonly string[] | null]>([
  ['a throw of its own', "export function f() { throw new ManabiError('shape', 'x'); }", ['f']],
  ['an error that a function creates', 'export const f = (x: unknown) => { throw wrongArgument(x); };', ['f']],
  [
    'a call of another module',
    "import { check } from './check.ts';\nexport function f() { g(); }\nfunction g() { check(1); }",
    ['f', 'g', 'check'],
  ],
  ['a re-export', "export { check as f } from './check.ts';", ['check']],
  ['a callback', "export const f = (xs: number[]) => xs.map((x) => { throw new ManabiError('shape', 'x'); });", ['f']],
  [
    'a constant function that it calls',
    "export function f() { const g = () => { throw new ManabiError('shape', 'x'); }; g(); }",
    ['f'],
  ],
  ['a constructor', "export class f { constructor() { throw new ManabiError('shape', 'x'); } }", ['f']],
])('wayToThrow finds %s', (_, code, way) => {
  expect(wayFrom(code)).toEqual(way);
});

test.each([
  ['a function that is returned', "export const f = () => () => { throw new ManabiError('shape', 'x'); };"],
  ['a function in a result', "export const f = () => ({ g: () => { throw new ManabiError('shape', 'x'); } });"],
  [
    'a constant function that is not called',
    "export function f() { const g = () => { throw new ManabiError('shape', 'x'); }; return g; }",
  ],
  ['a method of a class', "export class f { m() { throw new ManabiError('shape', 'x'); } }"],
  [
    'an error that is caught',
    "export function f() { try { throw new ManabiError('shape', 'x'); } catch { return 1; } }",
  ],
  ['other errors', "export function f() { throw new Error('x'); }"],
  ['functions that call each other', 'export function f() { g(); }\nfunction g() { f(); }'],
])('wayToThrow ignores %s', (_, code) => {
  expect(wayFrom(code)).toBeNull();
});
