import { readFileSync, writeFileSync } from 'node:fs';
import type { Example } from './example.ts';

/** An example, and the code that replaces it. */
export interface Replacement {
  readonly example: Example;
  readonly code: string;
}

/** Replaces the code of examples in the docstrings of source files. */
export function replaceExamples(replacements: readonly Replacement[]): void {
  // From the end of each file, so that the lines of earlier examples stay valid.
  for (const { example, code } of replacements.toSorted((a, b) => b.example.line - a.example.line)) {
    const lines = readFileSync(example.path, 'utf8').split('\n');
    const start = example.line - 1;
    const indent = /^\s*/.exec(lines[start - 1])?.[0] ?? ' ';
    const fresh = code.split('\n').map((text) => `${indent}* ${text}`.trimEnd());
    lines.splice(start, example.code.split('\n').length, ...fresh);
    writeFileSync(example.path, lines.join('\n'));
  }
}
