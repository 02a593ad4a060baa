import { readFile } from 'node:fs/promises';
import { expect } from '@jest/globals';
import { encodeImage, type HostArray, hostArray, loadModel, onnx } from 'manabi';
import type { Locator } from 'playwright-core';
import { SIDE } from '../../demos/pictures/messages.ts';
import { type Draw, disk, drawPixels, stripes } from '../../demos/pictures/network/drawn-pictures.fixture.ts';
import { type DemoPage, numberAfter, until } from './demo-page.ts';

/** Pictures of each class. Their size is that of the network, so that the page does not scale them. */
const PICTURES = 12;

/** Checks errors of pictures and classes, the training on files, answers for new pictures, and the files of the network. */
export async function checkPictures(demo: DemoPage, nothingIsLoaded: () => void): Promise<void> {
  const { page, root } = demo;
  const says = (text: string) => root.getByRole('alert').filter({ hasText: text }).waitFor();
  const cards = root.locator('.pictures-class');

  await demo.press('Start');
  await says('There are no pictures yet.');
  await root.getByLabel('Name of Class 1').fill('Disk');
  const notes = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no picture') };
  await addFiles(cards.nth(0), [...(await filesOf(disk)), notes]);
  await says('"notes.txt" is not a picture that this browser can read.');
  await cards.nth(0).getByText(`${PICTURES} pictures`).waitFor();
  await demo.press('Start');
  await says('Only "Disk" has pictures.');
  await addFiles(cards.nth(1), await filesOf(stripes));
  await cards.nth(1).getByText(`${PICTURES} pictures`).waitFor();
  await root.getByLabel('Name of Class 2').fill('Disk');
  await demo.press('Start');
  await says('Two classes are called "Disk".');
  await cards.nth(1).locator('input[type=text]').fill('Stripes');
  await root.getByRole('alert').waitFor({ state: 'detached' });
  nothingIsLoaded();

  await demo.start('cpu');
  await finished(demo);
  await demo.waitForSummary((text) => text.includes('20 of 20 training pictures and 4 of 4 held-out pictures'));
  const losses = await root.locator('.chart', { hasText: 'Loss' }).locator('td').allTextContents();
  expect(Number(losses[losses.length - 1])).toBeLessThan(Number(losses[0]) / 3);
  expect(numberAfter(await demo.summary(), /Loss /)).toBeLessThan(0.1);

  const ask = async (draw: Draw, answer: string) => {
    const [file] = await filesOf(draw, PICTURES + 5, 1);
    await root.locator('.pictures-question input[type=file]').setInputFiles(file);
    await root.getByText(`The network sees: ${answer}`).waitFor();
  };
  await ask(disk, 'Disk');
  await ask(stripes, 'Stripes');
  await demo.press('Fine-tune');
  await demo.waitForSummary((text) => text.includes('The last convolution trains, too'));
  await finished(demo);
  await ask(disk, 'Disk');
  await checkFiles(demo, pictureOf(disk, PICTURES + 5));

  // Without a picture, the training starts again with the others.
  const before = await demo.progress();
  await root.getByRole('button', { name: 'Remove picture 1 of Disk' }).click();
  await cards
    .nth(0)
    .getByText(`${PICTURES - 1} pictures`)
    .waitFor();
  await demo.waitForProgress((progress) => progress > 0 && progress < before);
  await demo.press('Use sample pictures');
  await until(page, async () => (await cards.count()) === 5);
  await demo.waitForSummary((text) => text.includes('of 13 held-out pictures'));
  await finished(demo);
  for (const name of ['Fish', 'House', 'Tree']) {
    await demo.press('Draw a sample');
    await root.getByText(`The network sees: ${name}`).waitFor();
  }
  // This browser has no camera.
  await demo.press('Use the camera');
  await says('add pictures from files instead.');
}

/** Checks that pictures of the camera are learned, and that what it sees is classified. The camera stays on. */
export async function checkCamera(demo: DemoPage): Promise<void> {
  const { page, root } = demo;
  const cards = root.locator('.pictures-class');
  await demo.press('Use the camera');
  const take = cards.nth(0).getByRole('button', { name: 'Take pictures of Class 1' });
  await until(page, () =>
    root.locator('video').evaluate((video) => video instanceof HTMLVideoElement && video.videoWidth > 0),
  );
  // A pressed button takes pictures until it is released; a key takes one.
  await take.hover();
  await page.mouse.down();
  // A busy page may show several pictures at once.
  const count = async () => numberAfter((await cards.nth(0).locator('.pictures-count').textContent()) ?? '', /^/);
  await until(page, async () => (await count()) >= 5);
  await page.mouse.up();
  const taken = await count();
  await take.focus();
  await page.keyboard.press('Enter');
  await until(page, async () => (await count()) === taken + 1);
  await addFiles(cards.nth(1), await filesOf(stripes));
  await demo.start('cpu');
  await root.getByText('The network sees: Class 1').waitFor();
  const picture = root.locator('.pictures-answer > canvas');
  const seen = () => picture.evaluate((canvas) => canvas instanceof HTMLCanvasElement && canvas.toDataURL());
  const first = await seen();
  await until(page, async () => (await seen()) !== first);
}

/** Downloads the network in both formats, and checks that both answer as the page does. */
async function checkFiles({ page, root }: DemoPage, picture: HostArray): Promise<void> {
  const files: Record<string, Buffer> = {};
  for (const format of ['.keras', 'ONNX']) {
    const waiting = page.waitForEvent('download');
    await root.getByRole('button', { name: `Download ${format}` }).click();
    const download = await waiting;
    files[download.suggestedFilename()] = await readFile(await download.path());
  }
  await root.getByText('Its outputs are the probabilities of Disk, Stripes, in this order.').waitFor();
  const shown = (await root.locator('.probability-bars .value').allTextContents()).map((text) =>
    Number.parseInt(text, 10),
  );
  const batch = hostArray('uint8', [1, ...picture.shape], picture.data);
  const network = await loadModel(files['pictures.keras']);
  const answers = Array.from(await (await network.predict(batch)).data(), Number);
  expect(answers.map((answer) => Math.round(100 * answer))).toEqual(shown);
  expect(await onnx.compare(network, files['pictures.onnx'])).toMatchObject({ agrees: true });
}

function pictureOf(draw: Draw, number: number): HostArray {
  return hostArray('uint8', [SIDE, SIDE, 3], drawPixels(draw, number));
}

function filesOf(draw: Draw, first = 0, count = PICTURES) {
  return Promise.all(
    Array.from({ length: count }, async (_, i) => ({
      name: `${draw.name}-${first + i}.png`,
      mimeType: 'image/png',
      buffer: Buffer.from(await encodeImage(pictureOf(draw, first + i), { format: 'png' })),
    })),
  );
}

async function addFiles(card: Locator, files: Awaited<ReturnType<typeof filesOf>>): Promise<void> {
  await card.locator('input[type=file]').setInputFiles(files);
}

async function finished({ page }: DemoPage): Promise<void> {
  await page.locator('.demo[data-state="finished"]').waitFor();
}
