import { readFileSync } from 'node:fs';
import * as manabi from 'manabi';
import type { GeneratedFile } from '../site/generated-file.ts';
import { kerasNames } from './keras.ts';
import { numpy } from './numpy.ts';
import type { Pair, PairTables } from './pair.ts';
import { tensorflowJs } from './tensorflow-js.ts';
import { torch } from './torch.ts';

/** Tables of names, which pages in `guides/` include. */
export async function nameTables(): Promise<readonly GeneratedFile[]> {
  return [
    file('keras', kerasTables()),
    file('numpy', pairTables(numpy) + equalTable('NumPy', 'Functions with the same names', numpyPairs())),
    file('torch', pairTables(torch)),
    file(
      'tensorflow-js',
      pairTables(tensorflowJs) + equalTable('TensorFlow.js', 'The same names', tensorflowJsPairs()),
    ),
  ];
}

/** Returns the names of another library, by namespace, from `goldens`. */
export function namesOf(library: 'numpy' | 'torch' | 'tensorflow-js'): Readonly<Record<string, readonly string[]>> {
  return JSON.parse(readFileSync(new URL(`./goldens/${library}.json`, import.meta.url), 'utf8'));
}

/** Functions with equal names that take other arguments, or compute something else. */
const OTHERS = new Set([
  'np.resize', // repeats elements; here, it scales images
  ...['avgPool', 'batchNorm', 'maxPool', 'profile', 'scatterND', 'pad', 'lstm'].map((name) => `tf.${name}`),
]);

/** Returns the functions of NumPy that manabi has under the same name, in camel case. */
export function numpyPairs(): readonly Pair[] {
  return namesOf('numpy').np.flatMap((name): Pair[] => {
    const ours = name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    return isFunction(manabi, ours) && !OTHERS.has(`np.${name}`) ? [[`np.${name}`, ours]] : [];
  });
}

/** Returns the names of TensorFlow.js that manabi has in the same namespace, ignoring case. */
export function tensorflowJsPairs(): readonly Pair[] {
  return Object.entries(namesOf('tensorflow-js')).flatMap(([prefix, names]) => {
    const space = prefix.replace(/^tf\.?/, '');
    // `tf.data`, `tf.train` and `tf.browser` have no equal namespace; their names are listed by hand.
    const owner = space === '' ? manabi : Object.entries(manabi).find(([key]) => key === space)?.[1];
    if (owner === undefined || space === 'data') return [];
    return names.flatMap((name): Pair[] => {
      const ours = Object.keys(owner).find((key) => key.toLowerCase() === name.toLowerCase());
      if (ours === undefined || !isFunction(owner, ours) || OTHERS.has(`${prefix}.${name}`)) return [];
      return [[`${prefix}.${name}`, space === '' ? ours : `${space}.${ours}`]];
    });
  });
}

function isFunction(owner: object, name: string): boolean {
  return typeof Object.entries(owner).find(([key]) => key === name)?.[1] === 'function';
}

function file(name: string, content: string): GeneratedFile {
  return { path: `guides/names/${name}.md`, content };
}

function kerasTables(): string {
  return Array.from(kerasNames())
    .map(([kind, names]) => {
      const rows = names.flatMap(({ name, ours, entry }) => {
        const place = entry === undefined ? '' : ` of ${code(entry)}`;
        return ours === null ? [] : [[code(name), code(ours) + place]];
      });
      const missing = names.flatMap(({ name, reason }) => (reason === null ? [] : [`- \`${name}\`: ${reason}`]));
      const lacks = missing.length === 0 ? '' : `\nNot in manabi:\n\n${missing.join('\n')}\n`;
      return `## ${capitalized(kind)}\n\n${table([`keras.${kind}`, 'manabi'], rows)}${lacks}`;
    })
    .join('\n');
}

function pairTables(tables: PairTables): string {
  return Object.entries(tables)
    .map(([title, pairs]) => `## ${title}\n\n${pairTable(pairs)}\n`)
    .join('');
}

function pairTable(pairs: readonly Pair[]): string {
  const noted = pairs.some(([, , difference]) => difference !== undefined);
  const rows = pairs.map(([theirs, ours, difference = '']) => [
    code(theirs),
    code(ours),
    ...(noted ? [difference] : []),
  ]);
  return table(['name', 'manabi', ...(noted ? ['remark'] : [])], rows);
}

function equalTable(library: string, title: string, pairs: readonly Pair[]): string {
  const rows = pairs.map(([theirs, ours]) => [code(theirs), code(ours)]);
  return `## ${title}\n\n${table([library, 'manabi'], rows)}\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return line(head) + line(head.map(() => '---')) + rows.map(line).join('');
}

function code(name: string): string {
  return `\`${name}\``;
}

function capitalized(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}
