import { describe, expect, test } from '@jest/globals';
import { input } from '../layers/core/input-layer.ts';
import { add, batchNormalization, dense } from '../layers/index.ts';
import { model } from '../model/functional.ts';
import { sequential } from '../model/sequential.ts';
import { plotModel } from './index.ts';

const branches = () => {
  const x = input({ shape: [3], name: 'x' });
  const inner = sequential([dense({ units: 3, name: 'deep', inputShape: [3] }), dense({ units: 3, name: 'flat' })], {
    name: 'inner',
  });
  const y = inner.apply(x);
  const frozen = dense({ units: 3, activation: 'relu', name: 'frozen' });
  frozen.trainable = false;
  return model({ inputs: x, outputs: add({ name: 'sum' }).apply([y, frozen.apply(x)]), name: 'outer' });
};

/** Returns the arrows of a graph by the titles of their boxes. */
function arrowsOf(dot: string): readonly string[] {
  const titles = new Map([...dot.matchAll(/(layer\d+) \[label=.*?<b>(.*?)<\/b>/g)].map(([, id, title]) => [id, title]));
  return [...dot.matchAll(/(layer\d+) -> (layer\d+);/g)]
    .map(([, a, b]) => `${titles.get(a)} > ${titles.get(b)}`)
    .sort();
}

describe('plotModel as DOT', () => {
  test('connects the layers of a functional model', async () => {
    const dot = await plotModel(branches(), { format: 'dot', showLayerNames: true });
    expect(arrowsOf(dot)).toEqual(['frozen > sum', 'inner > sum', 'x > frozen', 'x > inner']);
    expect(dot).toContain('rankdir=TB');
    expect(dot).not.toContain('subgraph');
  });

  test('connects the layers of nested models', async () => {
    const dot = await plotModel(branches(), { format: 'dot', showLayerNames: true, expandNested: true, rankdir: 'LR' });
    expect(arrowsOf(dot)).toEqual(['deep > flat', 'flat > sum', 'frozen > sum', 'x > deep', 'x > frozen']);
    expect(dot).toMatch(/subgraph cluster0 \{\n +graph \[label=<inner>/);
    expect(dot).toContain('rankdir=LR');
  });

  test('connects a functional model within another one by its inputs and outputs', async () => {
    const [a, b] = [input({ shape: [2], name: 'a' }), input({ shape: [2], name: 'b' })];
    const outputs = [add({ name: 'sum' }).apply([a, b]), dense({ units: 1, name: 'only_b' }).apply(b)];
    const core = model({ inputs: [a, b], outputs, name: 'core' });
    const [p, q] = [input({ shape: [2], name: 'p' }), input({ shape: [2], name: 'q' })];
    const [, second] = core.applyAll([p, q]);
    const whole = model({ inputs: [p, q], outputs: dense({ units: 1, name: 'last' }).apply(second) });
    const dot = await plotModel(whole, { format: 'dot', showLayerNames: true, expandNested: true });
    expect(arrowsOf(dot)).toEqual(['a > sum', 'b > only_b', 'b > sum', 'only_b > last', 'p > a', 'q > b']);
  });

  test('shows what the options ask for', async () => {
    const dot = await plotModel(branches(), {
      format: 'dot',
      showShapes: true,
      showDtype: true,
      showLayerActivations: true,
      showTrainable: true,
    });
    expect(dot).toContain('Input shape: <b>[null, 3], [null, 3]</b>');
    expect(dot).toContain('Output dtype: <b>float32</b>');
    expect(dot).toContain('Activation: <b>relu</b>');
    expect(dot.match(/<b>Non-trainable<\/b>/g)).toHaveLength(1);
    expect(dot.match(/<b>Trainable<\/b>/g)).toHaveLength(1);
    expect(dot).not.toContain('frozen');
    const plain = await plotModel(branches(), { format: 'dot' });
    expect(plain).not.toMatch(/shape: |dtype|Activation|rainable|frozen/);
  });

  test('escapes names', async () => {
    const odd = sequential([dense({ units: 1, name: 'a<b>&"c"', inputShape: [1] })]);
    expect(await plotModel(odd, { format: 'dot', showLayerNames: true })).toContain('a&lt;b&gt;&amp;&quot;c&quot;');
    expect(await plotModel(odd, { showLayerNames: true })).toContain('a&lt;b&gt;&amp;&quot;c&quot;');
  });
});

describe('plotModel as SVG', () => {
  /** Returns the position of each title. */
  const placesIn = (svg: string): ReadonlyMap<string, readonly [number, number]> =>
    new Map(
      [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)"[^>]*><tspan[^>]*>(.*?)</g)].map(([, x, y, title]) => [
        title,
        [Number(x), Number(y)],
      ]),
    );

  test('places layers below those whose outputs they use, within the picture', async () => {
    const svg = await plotModel(branches(), { showLayerNames: true, showShapes: true, expandNested: true });
    const places = placesIn(svg);
    const y = (title: string): number => places.get(title)?.[1] ?? Number.NaN;
    expect(y('x')).toBeLessThan(y('deep'));
    expect(y('deep')).toBeLessThan(y('flat'));
    expect(y('flat')).toBeLessThan(y('sum'));
    expect(y('frozen')).toBeLessThan(y('sum'));
    expect(svg.match(/marker-end/g)).toHaveLength(5);
    expect(svg.match(/stroke-dasharray/g)).toHaveLength(1);
    const [, width, height] = /width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
    for (const [left, top] of places.values()) {
      expect(left).toBeLessThan(Number(width));
      expect(top).toBeLessThan(Number(height));
    }
  });

  test('places layers from left to right for rankdir: LR', async () => {
    const chain = sequential([dense({ units: 1, name: 'a', inputShape: [1] }), batchNormalization({ name: 'b' })]);
    const places = placesIn(await plotModel(chain, { showLayerNames: true, rankdir: 'LR' }));
    expect(places.get('a')?.[0]).toBeLessThan(places.get('b')?.[0] ?? 0);
    expect(places.get('a')?.[1]).toBe(places.get('b')?.[1]);
  });

  test('rejects models that are not built, other values, and unknown directions', async () => {
    const argument = { code: 'argument' };
    await expect(plotModel(sequential([dense({ units: 1 })]))).rejects.toThrow(/is not built/);
    await expect(plotModel(dense({ units: 1 }) as never)).rejects.toMatchObject(argument);
    await expect(plotModel(branches(), { rankdir: 'XY' as never })).rejects.toMatchObject(argument);
  });
});
