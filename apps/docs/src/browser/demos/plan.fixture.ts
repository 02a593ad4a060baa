import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';

/** Checks what the plan explorer shows of several networks, on both machines, and of programs of the reader. */
export async function checkPlan(page: Page): Promise<void> {
  const root = page.locator('.demo');
  const button = (name: string) => root.getByRole('button', { name, exact: true });
  const steps = root.locator('.plan-steps li');
  const code = root.locator('.plan-code');
  const settled = () => page.locator('.demo:not([data-state="busy"], [data-state="loading"])').waitFor();

  await button('Start').click();
  await steps.first().waitFor();
  expect(await steps.count()).toBe(1);
  expect(await steps.textContent()).toMatch(/reduceSum.*sqrt.*tanh.*(µs|ms), 100 %/);
  expect(await code.textContent()).toContain('parallel i0 < 256');
  await button('WebAssembly').click();
  expect(await code.textContent()).toContain('f32x4.mul');

  await root.getByLabel('Network').selectOption('training');
  await root.getByText('4 results overwrite inputs').waitFor();
  await settled();
  expect(await root.locator('.plan-memory .plan-slot').count()).toBeGreaterThan(2);
  // Steps are chosen with the keyboard.
  await steps.nth(2).getByRole('button').focus();
  await page.keyboard.press('Enter');
  await root.getByRole('heading', { name: 'Code of step 3' }).waitFor();

  await root.getByLabel('Machine').selectOption('webgpu');
  await root.locator('.plan-code', { hasText: '@compute' }).waitFor();
  await root.getByLabel('Machine').selectOption('cpu');
  await settled();

  await button('Edit').click();
  const says = (text: string | RegExp) => root.getByRole('alert').filter({ hasText: text }).waitFor();
  const compile = async (program: string) => {
    await root.locator('.cm-content').click();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.insertText(program);
    await button('Compile').click();
    await settled();
  };
  const inputs = "import { add } from 'manabi';\nexport const inputs = { x: [2, 3], y: [2] };\n";
  await compile(`${inputs}export const run = ({ x, y }) => add(x, y);`);
  await says(/^Line 3: \[add\]/);
  await compile(`${inputs}export const run = ({ x }) => add(x, x`);
  await says(/^Line 3: (?!\[add\])/);
  await compile('export const other = 1;');
  await says('must export `inputs`');
  await compile(`${inputs}export const run = ({ x }) => add(x, 1);`);
  await root.getByRole('alert').waitFor({ state: 'detached' });
  await steps.filter({ hasText: 'add' }).waitFor();
}
