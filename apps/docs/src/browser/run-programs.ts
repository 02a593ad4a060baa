import type { Page } from 'playwright-core';
import type { BackendChoice, CurvePoint, FromWorker, ProgramError } from '../protocol/messages.ts';

/** What a program did in a page. */
export interface ProgramRun {
  readonly name: string;
  readonly backend: string;
  readonly lines: readonly string[];
  readonly points: readonly CurvePoint[];
  /** The error that ended the program; null if it ended well. */
  readonly error: ProgramError | null;
}

/** Waits until all programs of a page have their buttons. */
export async function mounted(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    // The page for unknown addresses is empty until scripts fill it.
    if (document.querySelector('#app h1') === null) return false;
    // Scripts name the switch of the theme.
    if (document.querySelector<HTMLElement>('.VPSwitchAppearance')?.title === '') return false;
    const programs = document.querySelectorAll('.program[data-program]');
    return programs.length === document.querySelectorAll('.runnable-bar').length;
  });
}

/** Runs all programs of a page that have a Run button, one after the other, and returns what they did. */
export async function runPrograms(
  page: Page,
  backend: BackendChoice,
  chosen: (name: string) => boolean = () => true,
): Promise<readonly ProgramRun[]> {
  await mounted(page);
  // Solutions are folded away.
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
  const programs = page.locator('.runnable:has(.runnable-bar)');
  const runs: ProgramRun[] = [];
  for (let i = 0; i < (await programs.count()); i++) {
    const program = programs.nth(i);
    const name = (await program.getAttribute('data-name')) ?? '';
    if (!chosen(name)) continue;
    await program.locator('select').selectOption(backend);
    const messages = program.evaluate(
      (root) =>
        new Promise<FromWorker[]>((resolve) => {
          const seen: FromWorker[] = [];
          root.addEventListener('manabi:message', (event) => {
            if (!(event instanceof CustomEvent)) return;
            seen.push(event.detail);
            if (event.detail.type === 'done' || event.detail.type === 'failed') resolve(seen);
          });
        }),
    );
    await program.locator('.runnable-bar button.primary').first().click();
    runs.push(runOf(name, await messages));
  }
  return runs;
}

function runOf(name: string, messages: readonly FromWorker[]): ProgramRun {
  const lines: string[] = [];
  const points: CurvePoint[] = [];
  let backend = '';
  let error: ProgramError | null = null;
  for (const message of messages) {
    if (message.type === 'started') backend = message.backend;
    if (message.type === 'lines') lines.push(...message.lines.flatMap(({ text }) => text.split('\n')));
    if (message.type === 'points') points.push(...message.points);
    if (message.type === 'failed') error = message.error;
  }
  return { name, backend, lines: lines.map(withoutTimes), points, error };
}

/** Removes the times from a line of `fit` or `evaluate`, which differ from run to run. */
function withoutTimes(line: string): string {
  return line.replace(/ - [\d.hms ]+ [\d.]+(us|ms|s)\/step/, '');
}
