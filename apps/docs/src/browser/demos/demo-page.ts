import type { Locator, Page } from 'playwright-core';

/** A demo in a page of a test. */
export class DemoPage {
  readonly page: Page;
  readonly root: Locator;

  constructor(page: Page) {
    this.page = page;
    this.root = page.locator('.demo');
  }

  /** Presses Start, and waits until the demo trains. */
  async start(backend: 'cpu' | 'webgpu'): Promise<void> {
    await this.root.getByLabel('Backend').selectOption(backend);
    await this.press('Start');
    await this.waitForProgress((progress) => progress > 0);
  }

  /** Waits for the report that was computed when Pause was pressed. */
  async pause(): Promise<void> {
    await this.press('Pause');
    await this.#waitForState('paused');
    await this.page.waitForTimeout(300);
  }

  async resume(): Promise<void> {
    await this.press('Continue');
    await this.#waitForState('running');
  }

  /** Presses Reset, and waits until nothing is trained. */
  async reset(): Promise<void> {
    await this.press('Reset');
    await this.#waitForState('ready');
    await this.waitForProgress((progress) => progress === 0);
  }

  async press(name: string): Promise<void> {
    await this.root.getByRole('button', { name, exact: true }).click();
  }

  /** Returns the text that says how far the training is. */
  async summary(): Promise<string> {
    return (await this.root.locator('.demo-summary').textContent()) ?? '';
  }

  /** Returns the number of epochs or steps so far; 0 if nothing is trained. */
  async progress(): Promise<number> {
    return numberAfter(await this.summary(), /^(?:Epoch|Step) /);
  }

  async waitForProgress(isEnough: (progress: number) => boolean): Promise<void> {
    await this.waitForSummary((text) => isEnough(numberAfter(text, /^(?:Epoch|Step) /)));
  }

  /** Waits until the text that says how far the training is satisfies a condition. */
  async waitForSummary(isEnough: (text: string) => boolean): Promise<void> {
    await until(
      this.page,
      async () => isEnough(await this.summary()),
      async () => `The demo did not get further than: ${await this.summary()}`,
    );
  }

  async #waitForState(state: string): Promise<void> {
    await this.page.locator(`.demo[data-state="${state}"]`).waitFor();
  }
}

/** Waits until a condition holds, at most a minute: a busy machine draws late. */
export async function until(
  page: Page,
  isMet: () => Promise<boolean>,
  problem: () => Promise<string> = async () => 'The page did not change as expected within a minute.',
): Promise<void> {
  const end = performance.now() + 60_000;
  while (!(await isMet())) {
    if (performance.now() > end) throw new Error(await problem());
    await page.waitForTimeout(50);
  }
}

/** Returns the number that follows some text; 0 if no number follows it. */
export function numberAfter(text: string, before: RegExp): number {
  const [, number = '0'] = new RegExp(`${before.source}([\\d.]+\\d|\\d+)`).exec(text) ?? [];
  return Number(number);
}
