import type { DocComment } from './source-file.ts';

/** A code block after `@example` in a docstring. */
export interface Example {
  /** The package whose source file contains the example. */
  readonly package: string;
  readonly path: string;
  /** Line in the source file where the code starts; the first line is 1. */
  readonly line: number;
  /** The symbol that the example documents. */
  readonly subject: string;
  readonly code: string;
  /**
   * Whether the example runs. With `no-run` after its opening fence, it is only type-checked; with `node-only`, it runs
   * here, but not in pages.
   */
  readonly runs: boolean;
}

/**
 * Finds the examples of a docstring: fenced blocks of TypeScript after `@example`.
 *
 * @returns the code of each example, with the line where it starts
 */
export function examplesOf({ text, line, subject }: DocComment): readonly Omit<Example, 'package' | 'path'>[] {
  const lines = text.split('\n').map((part) => part.replace(/^ *\* ?/, ''));
  const found: Omit<Example, 'package' | 'path'>[] = [];
  let isExample = false;
  for (let i = 0; i < lines.length; i++) {
    const tag = /^@(\w+)/.exec(lines[i]);
    if (tag) isExample = tag[1] === 'example';
    const fence = isExample && /^```ts(?:\s+(no-run|node-only))?\s*$/.exec(lines[i]);
    if (!fence) continue;
    const end = lines.findIndex((part, j) => j > i && part.startsWith('```'));
    found.push({
      line: line + i + 1,
      subject,
      code: lines.slice(i + 1, end).join('\n'),
      runs: fence[1] !== 'no-run',
    });
    i = end;
  }
  return found;
}
