import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A file of Keras 2 that manabi reads with the outputs of Keras 2, and why Keras 3 does not. */
export interface OlderFile {
  /** Name of the model with the format as extension: `lstm.h5`. */
  readonly name: string;
  /** Message of Keras 3. */
  readonly message: string;
}

const README = fileURLToPath(new URL('../../README.md', import.meta.url));
const START = '<!-- older files: `npm run nightly -- keras-files` with MANABI_UPDATE=1 writes this table -->\n\n';
const END = '\n<!-- end of older files -->';

/** Returns a Markdown table of the reasons for which Keras 3 does not read files, with the number of files and examples. */
export function olderTable(files: readonly OlderFile[], tried: number): string {
  const groups = new Map<string, string[]>();
  for (const { name, message } of files) {
    const cause = causeOf(name, message);
    groups.set(cause, [...(groups.get(cause) ?? []), name.replace(/\.\w+$/, '')]);
  }
  const rows = [...groups].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1));
  const cells = rows.map(([cause, names]) => [cause, String(names.length), examples(names)]);
  const head = ['what Keras 3 lacks', 'files', 'models of the generator'];
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i].length)));
  const line = (row: readonly string[]): string => `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [
    `Of ${tried} files of Keras 2, Keras 3 does not read ${files.length} that manabi reads with equal outputs:`,
    '',
    line(head),
    rule,
    ...cells.map(line),
  ].join('\n');
}

/** Returns the table in the README; with `MANABI_UPDATE`, writes the given one there first. */
export function documented(table: string): string {
  const text = readFileSync(README, 'utf8');
  const start = text.indexOf(START);
  const end = text.indexOf(END);
  if (start < 0 || end < start) throw new Error('The README has no place for the table of older files.');
  if (process.env.MANABI_UPDATE === undefined) return text.slice(start + START.length, end).trimEnd();
  writeFileSync(README, `${text.slice(0, start + START.length)}${table}\n${text.slice(end)}`);
  return table;
}

const MOST_EXAMPLES = 4;

function examples(names: readonly string[]): string {
  const shown = names.slice(0, MOST_EXAMPLES).map((name) => `\`${name}\``);
  return shown.join(', ') + (names.length > MOST_EXAMPLES ? ', …' : '');
}

/** Returns what Keras 3 lacks to read a file, as its message says. */
function causeOf(name: string, message: string): string {
  if (name.endsWith('.keras')) return '`.keras` files of Keras 2';
  if (name.endsWith('.tf')) return 'folders of SavedModels';
  const format = '`.h5`:';
  const layer = /Unknown layer: '(\w+)'/.exec(message) ?? /Could not locate class '(\w+)'/.exec(message);
  if (layer !== null) return `${format} the class \`${layer[1]}\``;
  const option = /Unrecognized keyword arguments? passed to (\w+): \{'(\w+)'/.exec(message);
  if (option !== null) return `${format} the option \`${option[2]}\` of \`${option[1]}\``;
  const unknown = /Unknown (\w+): '?(\w+)'?/.exec(message);
  if (unknown !== null) return `${format} the ${unknown[1]} \`${unknown[2]}\``;
  if (/^computes/.test(message)) return `${format} Keras 3 computes other outputs`;
  return `${format} other errors`;
}
