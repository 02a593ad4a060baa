import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { readApi } from '../api/read-api.ts';
import { type Reference, referenceOf } from './pages.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Writes the reference of a package `@manabi/p` that consists of the given declaration files. */
function referenceOfFiles(files: Readonly<Record<string, string>>): Reference {
  const folder = mkdtempSync(join(tmpdir(), 'manabi-reference-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    for (const path of [join(folder, 'dist', `${name}.d.ts`), join(folder, 'src', `${name}.ts`)]) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  }
  const manifest = {
    name: '@manabi/p',
    version: '1.2.3',
    description: 'A package.',
    repository: { url: 'git+https://example.org/p.git' },
    exports: { '.': { types: './dist/index.d.ts' } },
  };
  return referenceOf(readApi([{ name: '@manabi/p', folder, manifest }]));
}

const pageOf = ({ pages }: Reference, path: string): string => {
  const page = pages.find((each) => each.path === path);
  if (!page) throw new Error(`No page ${path}: ${pages.map((each) => each.path).join(', ')}`);
  return page.markdown;
};

describe('referenceOf', () => {
  const reference = () =>
    referenceOfFiles({
      index: `
export { add, type AddOptions } from './add.ts';
export { Base, Child, type Unit } from './classes.ts';
`,
      add: `
import type { Unit } from './classes.ts';
interface Shared {
    /** Name (default: 'sum'). */
    readonly name?: string;
}
/** Options of \`add\`. */
export interface AddOptions extends Shared {
    /** Number of bits; see \`Child\`. Default: 32. */
    readonly bits?: number;
    /** Unit. */
    readonly unit: Unit | null;
}
/**
 * Adds two numbers. Takes <b>, {{x}} and \`Child\`, and shapes [batch, n].
 *
 * @param a first summand. Default: 1
 * @returns the sum
 * @throws ManabiError \`argument\` for others
 * @example
 * \`\`\`ts
 * add(1, 2); // => 3
 * \`\`\`
 */
export declare function add(a: number, options?: AddOptions): number;
export declare function add(a: import("./classes.ts").Child): string;
`,
      classes: `
/** A unit. */
export type Unit = 'a' | 'b';
/** The base. */
export declare class Base {
    /** Runs. */
    run(): void;
    /** Stops. */
    stop(): void;
}
/** A child of \`Base\`. */
export declare class Child extends Base {
    /** Its unit. */
    readonly unit: Unit;
    constructor(unit: Unit);
    stop(): void;
    /** Goes. */
    go(unit?: Unit | readonly string[]): Base;
}
`,
    });

  test('writes a page per function and class, one for other types, and one for the package', () => {
    const { pages, sidebars } = reference();
    expect(pages.map(({ path }) => path).sort()).toEqual([
      'index.md',
      'p/Base.md',
      'p/Child.md',
      'p/add.md',
      'p/index.md',
      'p/types.md',
    ]);
    expect(sidebars).toEqual({
      '': [{ text: 'Inside manabi', items: [{ text: '@manabi/p', link: 'p/' }] }],
      'p/': [
        { text: 'All packages', link: '' },
        { text: '@manabi/p', link: 'p/' },
        {
          text: 'General',
          collapsed: true,
          items: ['Base', 'Child', 'add'].map((name) => ({ text: name, link: `p/${name}` })),
        },
        { text: 'Types', link: 'p/types' },
      ],
    });
  });

  test('escapes prose, and links the names of symbols in it', () => {
    expect(pageOf(reference(), 'p/add.md')).toContain(
      'Adds two numbers. Takes &lt;b>, &#123;&#123;x&#125;&#125; and [`Child`](./Child.md), and shapes \\[batch, n].',
    );
  });

  test('lists overloads together, with their parameters', () => {
    const page = pageOf(reference(), 'p/add.md');
    expect(page).toContain(
      '```ts\nfunction add(a: number, options?: AddOptions): number;\nfunction add(a: Child): string;\n```',
    );
    expect(page).toContain(
      '| `a` | <code v-pre>number</code> or <code v-pre>[Child](./Child.md)</code> | First summand. Default: `1`. |',
    );
    expect(page).toContain(
      '| `options?` | <code v-pre>[AddOptions](#options)</code> | Required: `unit`; see [Options](#options). |',
    );
    expect(page).toContain('<code v-pre>number</code> or <code v-pre>string</code>: the sum');
  });

  test('describes parameters without a text by the first sentence of their type', () => {
    const rows = pageOf(reference(), 'p/Child.md').split('\n');
    const meanings = rows.flatMap((row) => /^\| `unit\??` .*\| ([^|]*) \|$/.exec(row)?.[1] ?? []);
    expect(meanings.filter((meaning) => meaning === 'A unit.')).toHaveLength(2);
  });

  test('lists the options of a function with those that they extend, and their defaults', () => {
    expect(pageOf(reference(), 'p/add.md')).toContain(
      [
        '| `bits` | <code v-pre>number</code> | `32` | Number of bits; see [`Child`](./Child.md). |',
        '| `unit` | <code v-pre>[Unit](./types.md#unit) \\| null</code> | required | Unit. |',
        "| `name` | <code v-pre>string</code> | `'sum'` | Name. |",
      ].join('\n'),
    );
  });

  test('shows examples, errors, the source and the version', () => {
    const page = pageOf(reference(), 'p/add.md');
    expect(page).toContain('## Example\n\n```ts\nadd(1, 2); // => 3\n```');
    expect(page).toContain('## Errors\n\n- `ManabiError` `argument` for others');
    expect(page).toMatch(
      /Source: \[.*src\/add\.ts\]\(https:\/\/example\.org\/p\/blob\/main\/.*add\.ts#L25\) · `@manabi\/p` 1\.2\.3/,
    );
  });

  test('describes the members of a class, and folds those that it inherits', () => {
    const page = pageOf(reference(), 'p/Child.md');
    expect(page).toContain('```ts\nnew Child(unit: Unit)\n```');
    expect(page).toContain('| `unit` | <code v-pre>[Unit](./types.md#unit)</code> | Its unit. |');
    expect(page).toContain('### go {#go}\n\n```ts\ngo(unit?: Unit | readonly string[]): Base\n```\n\nGoes.');
    expect(page).toContain('Returns <code v-pre>[Base](./Base.md)</code>');
    expect(page).not.toContain('### stop');
    const folded = page.slice(page.indexOf('::: details Inherited from Base'));
    expect(folded).toContain('| `run` | `(): void` | Runs. |\n| `stop` | `(): void` | Stops. |');
  });

  test('links a word that is also the name of an option only before parentheses', () => {
    const index = `
/** The options. */
export interface Options { /** The mean. */ readonly mean: number; }
/** Uses \`mean\`, \`mean()\` and \`other\`. */
export declare function f(): void;
/** M. */
export declare function mean(): void;
/** O. */
export declare function other(): void;
`;
    expect(pageOf(referenceOfFiles({ index }), 'p/f.md')).toContain(
      'Uses `mean`, [`mean()`](./mean.md) and [`other`](./other.md).',
    );
  });

  test('gives a class and a function whose names differ only in case different pages', () => {
    const { pages } = referenceOfFiles({
      index: '/** F. */\nexport declare function thing(): Thing;\n/** C. */\nexport declare class Thing {}\n',
    });
    expect(pages.map(({ path }) => path)).toEqual(expect.arrayContaining(['p/thing.md', 'p/Thing-class.md']));
  });
});
