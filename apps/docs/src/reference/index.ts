import type { GeneratedFile } from '../site/generated-file.ts';

/** Returns the pages of the API reference, with paths below `reference/`, and `reference/sidebar.json`. */
export async function referencePages(): Promise<readonly GeneratedFile[]> {
  return [];
}
