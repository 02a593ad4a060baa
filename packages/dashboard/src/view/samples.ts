import type { Sample, SampleInput, SampleOutput } from '../records/record.ts';
import type { Section } from './curves.ts';
import { html } from './dom.ts';
import { numberText } from './format.ts';
import type { RunState } from './run-state.ts';

/** Creates samples with their predictions. */
export function samplesSection(run: () => RunState | null): Section {
  const note = html('p', {});
  const list = html('ul', { class: 'samples' });
  const element = html(
    'section',
    { 'aria-labelledby': 'samples' },
    html('h2', { id: 'samples' }, 'Samples'),
    note,
    list,
  );
  return {
    element,
    draw: () => {
      const record = run()?.samples ?? null;
      element.hidden = record === null;
      if (record === null) return;
      const data = record.data === 'validation' ? 'validation samples' : 'samples of the last training batch';
      note.textContent = `Predictions for ${data} after epoch ${record.epoch + 1}, wrong classes first.`;
      list.replaceChildren(...record.samples.map((sample) => card(sample)));
    },
  };
}

function card({ index, inputs, outputs }: Sample): HTMLElement {
  const isWrong = outputs.some((output) => output.kind === 'class' && !output.correct);
  return html(
    'li',
    { class: isWrong ? 'sample wrong' : 'sample' },
    ...inputs.map((input) => inputOf(input, index)),
    ...outputs.map((output) => outputOf(output, outputs.length > 1)),
  );
}

function inputOf(input: SampleInput, index: number): HTMLElement {
  if (input.kind === 'numbers') {
    const size = input.shape.reduce((product, length) => product * length, 1);
    const more = size > input.values.length ? ', …' : '';
    return html('code', { class: 'numbers' }, `${input.values.map(numberText).join(', ')}${more}`);
  }
  const { width, height, channels } = input;
  const canvas = html('canvas', {
    width,
    height,
    role: 'img',
    'aria-label': `Sample ${index}, an image of ${height} by ${width} pixels`,
  });
  const context = canvas.getContext('2d');
  if (context !== null) context.putImageData(new ImageData(rgbaOf(input.pixels, channels), width, height), 0, 0);
  return canvas;
}

/** Decodes pixels with 1, 3 or 4 channels. */
function rgbaOf(pixels: string, channels: number): Uint8ClampedArray<ArrayBuffer> {
  const binary = atob(pixels);
  const rgba = new Uint8ClampedArray((binary.length / channels) * 4);
  for (let pixel = 0; pixel * channels < binary.length; pixel++) {
    for (let part = 0; part < 4; part++) {
      const source = channels === 1 ? 0 : part;
      rgba[4 * pixel + part] = part === 3 && channels < 4 ? 255 : binary.charCodeAt(pixel * channels + source);
    }
  }
  return rgba;
}

function outputOf(output: SampleOutput, isNamed: boolean): HTMLElement {
  const name = isNamed ? `${output.output}: ` : '';
  if (output.kind === 'numbers') {
    const truth = output.truth === null ? [] : [html('span', {}, `true ${output.truth.map(numberText).join(', ')}`)];
    return html(
      'div',
      {},
      html('span', {}, `${name}predicted ${output.prediction.map(numberText).join(', ')}`),
      ...truth,
    );
  }
  const { prediction, truth, score, correct } = output;
  return html(
    'div',
    {},
    html(
      'span',
      {},
      `${name}${correct ? '✓' : '✗'} `,
      html('strong', {}, prediction),
      correct ? '' : ` instead of ${truth}`,
    ),
    html('span', { class: 'score' }, `score ${numberText(score)}`),
  );
}
