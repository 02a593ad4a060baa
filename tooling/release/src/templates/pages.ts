import type { Page } from 'playwright-core';

/** Longest time to wait for a page, in milliseconds; long, because busy machines are slow. */
const timeout = 120_000;

/** Draws a seven into the page of the Vite template while it trains, until it is recognized, and stops the training. */
export async function drawWhileTraining(page: Page): Promise<readonly string[]> {
  const drawing = await page.locator('#drawing').boundingBox();
  if (drawing === null) return ['the page has no area to draw in.'];
  const move = (x: number, y: number) =>
    page.mouse.move(drawing.x + x * drawing.width, drawing.y + y * drawing.height, { steps: 8 });
  await move(0.25, 0.25);
  await page.mouse.down();
  await move(0.72, 0.25);
  await move(0.42, 0.8);
  await page.mouse.up();
  await waitForText(page, '#progress', /step \d{3}/);
  await waitForText(page, '#digit', /^7$/);
  await page.click('#stop');
  const [, accuracy] = await waitForText(page, '#status', /^Trained: recognizes (\S+) %/);
  return Number(accuracy) > 80 ? [] : [`the network of the page recognizes ${accuracy} % of the digits.`];
}

/** Moves the sliders of the page of the Next.js template, and trains its network. */
export async function trainIris(page: Page): Promise<readonly string[]> {
  await waitForText(page, 'article:first-of-type', /\d %/);
  await page.click('button');
  const [, accuracy] = await waitForText(page, '[role=status]', /^Epoch 50 of 50: .* accuracy (\S+) %/);
  for (const [i, length] of ['5.0', '3.4', '1.5', '0.2'].entries()) await page.locator('input').nth(i).fill(length);
  for (const network of ['article:first-of-type', 'article:last-of-type']) {
    await waitForText(page, network, /setosa(?:[6-9]\d|100) %/);
  }
  return Number(accuracy) > 90 ? [] : [`the network of the page recognizes ${accuracy} % of the flowers.`];
}

/** Asks the route handler of the Next.js template. */
export async function predictIris(url: string): Promise<readonly string[]> {
  const ask = (body: string) => fetch(url, { method: 'POST', body });
  const { probabilities = [] }: { readonly probabilities?: readonly number[] } = await (
    await ask('[5.1, 3.5, 1.4, 0.2]')
  ).json();
  const refused = await Promise.all(['[5.1, "wide"]', '{', '[1, 2, 3, 4, 5]'].map(ask));
  return [
    ...(probabilities.length === 3 && probabilities[0] > 0.9 ? [] : [`the route handler predicts ${probabilities}.`]),
    ...refused.flatMap(({ status }) =>
      status === 400 ? [] : [`the route handler answers ${status} to an invalid request.`],
    ),
  ];
}

/** Asks the server of the server template, which trains its model when it starts for the first time. */
export async function predictFlowers(url: string): Promise<readonly string[]> {
  const body = JSON.stringify({
    instances: [
      [5.1, 3.5, 1.4, 0.2],
      [6.5, 3, 5.8, 2.2],
    ],
  });
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const text = await response.text();
  const { predictions = [] }: { readonly predictions?: readonly (readonly number[])[] } = JSON.parse(text);
  const species = predictions.map((each) => each.indexOf(Math.max(...each)));
  return String(species) === '0,2' ? [] : [`the server answers ${text}`];
}

/** Waits until the text of an element matches, and returns the match. */
async function waitForText(page: Page, selector: string, pattern: RegExp): Promise<RegExpExecArray> {
  const end = performance.now() + timeout;
  let text = '';
  while (performance.now() < end) {
    text = (await page.textContent(selector)) ?? '';
    const match = pattern.exec(text);
    if (match !== null) return match;
    await page.waitForTimeout(50);
  }
  throw new Error(`${selector} shows ${JSON.stringify(text)}; expected ${pattern}.`);
}
