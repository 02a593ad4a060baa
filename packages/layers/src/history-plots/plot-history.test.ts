import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import { dense } from '../layers/index.ts';
import { sequential } from '../model/sequential.ts';
import { plotHistory } from './plot-history.ts';

const history = { loss: [4, 2, 1], valLoss: [4, 3, 3], accuracy: [0.5, 0.5, 0.5] };

describe('plotHistory as text', () => {
  test('draws training and validation with different characters', () => {
    expect(`\n${plotHistory(history, { metrics: ['loss'], width: 11, height: 7 })}`).toBe(`
loss: • training  × validation  # both
4 ┤#×
  │ •××
3 ┤  ••×××××××
  │    •
2 ┤     ••
  │       ••
1 ┤         ••
  └───────────
   1         3 epoch`);
  });

  test('draws a panel for each metric, and a constant curve in its middle', () => {
    const panels = plotHistory(history, { width: 10, height: 5 }).split('\n\n');
    expect(panels.map((panel) => panel.split(':')[0])).toEqual(['loss', 'accuracy']);
    expect(panels[1].split('\n')[3]).toBe(' 0.5 ┤••••••••••');
  });

  test('leaves out values that are not finite, and metrics without values', () => {
    const text = plotHistory({ loss: [2, Number.NaN, 1], other: [Number.NaN], none: [] }, { width: 11, height: 3 });
    expect(text.match(/•/g)).toHaveLength(3); // two points, and one in the legend
    expect(text).not.toMatch(/other|none|NaN/);
    expect(plotHistory({})).toBe('');
  });

  test('accepts the result of fit, also after one epoch, whose method plot returns the same', async () => {
    const model = sequential([dense({ units: 1, kernelInitializer: 'zeros', inputShape: [1] })]);
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    const result = await model.fit([[1], [2]], [1, 2], { verbose: 0, validationData: [[[1]], [1]] });
    expect(plotHistory(result, { width: 10 }).split('\n')[0]).toBe('loss: • training  × validation  # both');
    expect(await result.plot({ width: 10 })).toBe(plotHistory(result, { width: 10 }));
    expect(await result.plot({ format: 'svg' })).toBe(plotHistory(result, { format: 'svg' }));
    await expect(result.plot({ metrics: ['los'] })).rejects.toThrow(/Did you mean 'loss'/);
  });
});

describe('plotHistory as SVG', () => {
  test('draws curves with different dashes, and a circle for each epoch', () => {
    const svg = plotHistory(history, { format: 'svg' });
    expect(svg.match(/<g /g)).toHaveLength(2);
    expect(svg.match(/<circle/g)).toHaveLength(9);
    expect(svg).toContain('d="M70 40L305 170L540 235"');
    expect(svg).toContain('stroke-dasharray="6 4"');
    const broken = plotHistory({ 'a<b': [1, Number.NaN, 2] }, { format: 'svg' });
    expect(broken).toContain('a&lt;b');
    expect(broken).toContain('d="M70 235M540 40"');
  });
});

test('plotHistory rejects unknown metrics and other values', () => {
  expect(() => plotHistory(history, { metrics: ['los'] })).toThrow(/Did you mean 'loss'/);
  expect(() => plotHistory([1, 2] as never)).toThrow(expect.objectContaining({ code: 'argument' }));
  expect(() => plotHistory({ loss: ['a'] } as never)).toThrow(/history that fit\(\) returns/);
  expect(() => plotHistory(history, { width: 2 })).toThrow(expect.objectContaining({ code: 'argument' }));
});
