import { table } from '../table.ts';
import type { FileReport } from './file-report.ts';

/** Formats the description of a file: its metadata, then a table of its arrays. */
export function formatReport(path: string, { format, facts, arrays }: FileReport): string {
  const width = Math.max(...Object.keys(facts).map((name) => name.length), 'arrays'.length);
  const lines = Object.entries(facts)
    .map(([name, value]) => ({ name, text: textOf(value) }))
    .filter(({ text }) => text !== '')
    .map(({ name, text }) => `${name.padEnd(width)}  ${text}`);
  const elements = arrays.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const bytes = arrays.reduce((sum, array) => sum + array.bytes, 0);
  const summary = `${arrays.length} of ${number(elements)} elements, ${number(bytes)} bytes`;
  return [
    `${path}: ${format}`,
    ...lines,
    `${'arrays'.padEnd(width)}  ${summary}`,
    ...(arrays.length === 0 ? [] : ['', tableOf(arrays)]),
  ].join('\n');
}

function tableOf(arrays: FileReport['arrays']): string {
  return table(
    [{ title: 'name' }, { title: 'dtype' }, { title: 'shape' }, { title: 'bytes', align: 'right' }],
    arrays.map(({ name, dtype, shape, bytes }) => [name, dtype, `[${shape.join(', ')}]`, number(bytes)]),
  );
}

/**
 * Formats a value of the metadata in one line: lists separated by commas, inputs and outputs as name, dtype and shape.
 */
function textOf(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? number(value) : String(value);
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  if (typeof value !== 'object' || value === null) return value === null ? '' : String(value);
  if ('name' in value && 'dtype' in value && 'shape' in value) {
    return `${String(value.name)} ${String(value.dtype)}${shapeOf(value.shape)}`;
  }
  return Object.entries(value)
    .map(([name, inner]) => `${name} ${textOf(inner)}`)
    .join(', ');
}

function shapeOf(shape: unknown): string {
  return Array.isArray(shape) ? `[${shape.map((length) => (length === null ? '?' : String(length))).join(', ')}]` : '';
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
