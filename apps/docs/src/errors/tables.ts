import type { GeneratedFile } from '../site/generated-file.ts';
import type { ErrorText } from './error-text.ts';
import { fileErrors } from './file-errors.ts';
import { manabiErrors } from './manabi-errors.ts';

/** Tables of error codes, which the guide includes. */
export async function errorTables(): Promise<readonly GeneratedFile[]> {
  return [
    { path: 'guides/errors/manabi-error.md', content: sections(manabiErrors) },
    { path: 'guides/errors/file-error.md', content: sections(fileErrors, 'file-') },
  ];
}

/** A heading for each code, so that searches and links find it. */
function sections(texts: Readonly<Record<string, ErrorText>>, prefix = ''): string {
  return Object.entries(texts)
    .map(
      ([code, { cause, remedy }]) => `### \`${code}\` {#${prefix}${code}}\n\n${cause}\n\n**What to do.** ${remedy}\n`,
    )
    .join('\n');
}
