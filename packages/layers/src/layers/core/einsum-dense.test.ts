import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { layerFrom } from '../../classes/layer-from.ts';
import { clearSession, type Initializer, input, layers, type PartialShape } from '../../index.ts';
import { constant } from '../../initializers/index.ts';

beforeEach(clearSession);

function shapesOf(
  equation: string,
  outputShape: number | readonly (number | null)[],
  biasAxes: string | null,
  shape: PartialShape,
) {
  const layer = layers.einsumDense({ equation, outputShape, biasAxes });
  const y = layer.apply(input({ shape }));
  return { output: y.shape, weights: layer.weights.map((weight) => weight.shape) };
}

describe('einsumDense', () => {
  test('infers the shapes of its weights', () => {
    expect(shapesOf('ab,bc->ac', 5, 'c', [3])).toEqual({ output: [null, 5], weights: [[3, 5], [5]] });
    expect(shapesOf('abc,cde->abde', [null, 2, 6], 'de', [null, 3])).toEqual({
      output: [null, null, 2, 6],
      weights: [
        [3, 2, 6],
        [2, 6],
      ],
    });
    expect(shapesOf('abcd,cde->abe', [null, 5], null, [null, 2, 3])).toEqual({
      output: [null, null, 5],
      weights: [[2, 3, 5]],
    });
  });

  test('accepts equations in which ... stands for any number of axes', () => {
    expect(shapesOf('...x,xy->...y', 5, 'y', [7, null, 3])).toEqual({
      output: [null, 7, null, 5],
      weights: [[3, 5], [5]],
    });
    expect(shapesOf('ab...,bc->ac...', 5, 'c', [3, 4])).toEqual({
      output: [null, 5, 4],
      weights: [
        [3, 5],
        [5, 1],
      ],
    });
  });

  test('passes the numbers of inputs (summed axes) and outputs (new axes) to the initializer', () => {
    const fans: unknown[] = [];
    const initializer: Initializer = {
      ...constant(),
      draw: (...given) => {
        fans.push(given[3]);
        return constant().draw(...given);
      },
    };
    const layer = layers.einsumDense({
      equation: 'abc,cde->abde',
      outputShape: [null, 2, 6],
      kernelInitializer: initializer,
    });
    layer.apply(input({ shape: [4, 3] }));
    expect(layer.weights[0].value.shape).toEqual([3, 2, 6]);
    expect(fans).toEqual([{ in: 3, out: 12 }]);
  });

  test('is restored from its config', async () => {
    const layer = layers.einsumDense({ equation: 'ab,bc->ac', outputShape: 5, activation: 'relu' });
    expect((await layerFrom('EinsumDense', layer.getConfig())).getConfig()).toEqual(layer.getConfig());
  });

  test('rejects invalid equations, input shapes, output shapes and bias axes', () => {
    for (const equation of ['ab,bc', 'ab,bd->ac', 'a...b,bc->a...c', '...b,bc->c']) {
      expect(() => layers.einsumDense({ equation, outputShape: 2 })).toThrow(
        expect.objectContaining({ code: 'argument' }),
      );
    }
    const shape = expect.objectContaining({ code: 'shape' });
    expect(() => shapesOf('ab,bc->ac', 5, null, [3, 4])).toThrow(shape);
    expect(() => shapesOf('ab,bc->ac', 5, null, [null])).toThrow(shape);
    expect(() => shapesOf('abc,cd->abd', [9, 5], null, [3, 4])).toThrow(shape);
    expect(() => shapesOf('ab,bc->ac', [2, 5], null, [3])).toThrow(shape);
    expect(() => shapesOf('ab,bc->ac', 5, 'x', [3])).toThrow(expect.objectContaining({ code: 'argument' }));
  });
});
