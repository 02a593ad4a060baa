import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../published.ts';
import { generated, locationOf, type WrittenExample } from './collect.ts';

/**
 * Type-checks the modules of examples in one run of TypeScript.
 *
 * @returns one message per error, with the line of the docstring that causes the error
 */
export function typeErrorsOf(examples: readonly WrittenExample[]): readonly string[] {
  const config = join(generated, 'tsconfig.json');
  // These files contain declarations for packages without types.
  const include = ['../../../packages/*/src/**/*.d.ts'];
  const options = { extends: '../../../tsconfig.json', files: examples.map(({ file }) => file), include, exclude: [] };
  writeFileSync(config, JSON.stringify(options));
  const output = outputOf([join(root, 'node_modules/typescript/bin/tsc'), '-p', config, '--pretty', 'false']);
  return output.split('\n').flatMap((text) => {
    const [, file, line, message] = /^(.*?)\((\d+),\d+\): error (.*)$/.exec(text) ?? [];
    if (message === undefined) return [];
    const written = examples.find((other) => join(root, file) === other.file || file.endsWith(other.file));
    if (!written) return [text];
    const { example, firstLine } = written;
    return [`${locationOf({ path: example.path, line: example.line + Number(line) - 1 - firstLine })}: ${message}`];
  });
}

function outputOf(args: readonly string[]): string {
  try {
    return execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  } catch (error) {
    if (error instanceof Error && 'stdout' in error && typeof error.stdout === 'string' && error.stdout !== '') {
      return error.stdout;
    }
    throw error;
  }
}
