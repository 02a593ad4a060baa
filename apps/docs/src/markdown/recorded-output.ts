import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CurveSet } from '../plots/curve-set.ts';
import { escapeHtml } from '../plots/escape-html.ts';
import type { StoredCurve } from '../plots/thin-curves.ts';
import { textsFor } from '../runner/texts.ts';

const tutorialReadme = fileURLToPath(new URL('../../../../examples/tutorial/README.md', import.meta.url));

/** What a program printed and drew when it was recorded. */
export interface Recording {
  readonly lines: readonly string[];
  readonly curves: readonly StoredCurve[];
}

/** The folder of the recordings. */
export const recordings = fileURLToPath(new URL('../../recorded', import.meta.url));

/** Reads the recording of a program in pages; null if the program has no recording. */
export function readRecording(name: string): Recording | null {
  const file = join(recordings, `${name}.json`);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

/**
 * Returns what a chapter of the tutorial prints in Node, from the README of the chapters.
 *
 * @throws Error for a chapter that the README does not list
 */
export function recordedInNode(chapter: string): Recording {
  const readme = readFileSync(tutorialReadme, 'utf8');
  const [, text] = new RegExp(`^\`${chapter}\\b[^\n]*:\\n\\n\`\`\`text\\n(.*?)\\n\`\`\``, 'ms').exec(readme) ?? [];
  if (text === undefined) throw new Error(`examples/tutorial/README.md must show what ${chapter} prints.`);
  return { lines: text.split('\n'), curves: [] };
}

/** Returns a recording as HTML. */
export function recordedHtml({ lines, curves: stored }: Recording, language: string, runs: boolean): string {
  const texts = textsFor(language);
  const curves = new CurveSet();
  for (const { chart, curve, x, y } of stored) {
    for (const [i, each] of x.entries()) curves.add({ chart, curve, x: each, y: y[i] });
  }
  const charts = stored.length === 0 ? '' : `<div class="runnable-charts">${curves.html(texts, true)}</div>`;
  const text = lines.map((line) => `${escapeHtml(line)}\n`).join('');
  const label = `role="log" aria-label="${texts.output}" tabindex="0"`;
  return `<div class="recorded" v-pre><p>${runs ? texts.recorded : texts.recordedInNode}</p>${charts}<pre class="runnable-console" ${label}>${text}</pre></div>`;
}
