import { readFileSync, writeFileSync } from 'node:fs';
import { formatTable, type Measured } from './format-table.ts';
import { pairRows, rows } from './rows.ts';

const page = new URL('../../../core/NUMERICS.md', import.meta.url);
const measurements = new URL('./measured.json', import.meta.url);
const [BEGIN, END] = ['<!-- table: written by packages/conformance/src/accuracy -->', '<!-- end of the table -->'];

/** Reads the errors that `measure.ts` last measured. */
export function readMeasured(): Measured {
  // `writeMeasured` writes this file.
  return JSON.parse(readFileSync(measurements, 'utf8')) as Measured;
}

/** Returns the current text of NUMERICS.md, and the text with the current bounds and measured errors. */
export function numericsPage(measured: Measured): { readonly current: string; readonly expected: string } {
  const current = readFileSync(page, 'utf8');
  const [before, rest] = current.split(BEGIN);
  const [, after] = rest.split(END);
  return {
    current,
    expected: `${before}${BEGIN}\n\n${formatTable([...rows, ...pairRows], measured)}\n\n${END}${after}`,
  };
}

/** Saves measurements and updates NUMERICS.md. */
export function writeMeasured(measured: Measured): void {
  writeFileSync(measurements, `${JSON.stringify(measured, null, 2)}\n`);
  writeFileSync(page, numericsPage(measured).expected);
}
