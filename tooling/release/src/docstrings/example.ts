import type { DocComment } from './source-file.ts';

/** A code block behind `@example` in a docstring. */
export interface Example {
  /** The package whose source file holds it. */
  readonly package: string;
  readonly path: string;
  /** Line of the first line of code, from 1. */
  readonly line: number;
  /** The symbol that it documents. */
  readonly subject: string;
  readonly code: string;
  /** Whether it runs, or is only type-checked (a fence that says `no-run`). */
  readonly runs: boolean;
}

/**
 * Finds the examples of a docstring: fenced blocks of TypeScript after `@example`.
 *
 * @returns their code with the line where each begins
 */
export function examplesOf({ text, line, subject }: DocComment): readonly Omit<Example, 'package' | 'path'>[] {
  const lines = text.split('\n').map((part) => part.replace(/^ *\* ?/, ''));
  const found: Omit<Example, 'package' | 'path'>[] = [];
  let isExample = false;
  for (let i = 0; i < lines.length; i++) {
    const tag = /^@(\w+)/.exec(lines[i]);
    if (tag) isExample = tag[1] === 'example';
    const fence = isExample && /^```ts(\s+no-run)?\s*$/.exec(lines[i]);
    if (!fence) continue;
    const end = lines.findIndex((part, j) => j > i && part.startsWith('```'));
    found.push({
      line: line + i + 1,
      subject,
      code: lines.slice(i + 1, end).join('\n'),
      runs: fence[1] === undefined,
    });
    i = end;
  }
  return found;
}

/** Whether a docstring has an `@example` that is not a block of code, so that nothing can run it. */
export const hasInlineExample = (doc: string): boolean => /@example[ \t]+\S/.test(doc);

/** Whether a docstring has an example in a block. */
export const hasExample = (doc: string): boolean => /@example\s*\n[\s*]*```ts/.test(doc);
