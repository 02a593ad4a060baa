import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CurveSet } from '../plots/curve-set.ts';
import { escapeHtml } from '../plots/escape-html.ts';
import type { CurvePoint } from '../protocol/messages.ts';
import { textsFor } from '../runner/texts.ts';

/** What a program printed and drew when it was recorded. */
export interface Recording {
  readonly lines: readonly string[];
  readonly points: readonly CurvePoint[];
}

/** The folder of the recordings. */
export const recordings = fileURLToPath(new URL('../../recorded', import.meta.url));

/** Reads the recording of a program; null if there is none. */
export function readRecording(name: string): Recording | null {
  const file = join(recordings, `${name}.json`);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

/** Returns a recording as HTML. */
export function recordedHtml({ lines, points }: Recording, language: string, runs: boolean): string {
  const texts = textsFor(language);
  const curves = new CurveSet();
  for (const point of points) curves.add(point);
  const charts = points.length === 0 ? '' : `<div class="runnable-charts">${curves.html(texts, true)}</div>`;
  const text = lines.map((line) => `${escapeHtml(line)}\n`).join('');
  const label = `role="log" aria-label="${texts.output}" tabindex="0"`;
  return `<div class="recorded" v-pre><p>${runs ? texts.recorded : texts.recordedInNode}</p>${charts}<pre class="runnable-console" ${label}>${text}</pre></div>`;
}
