import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import {
  checkpoint,
  concatenate,
  cond,
  definitionOf,
  flip,
  grad,
  jit,
  matmul,
  mean,
  mul,
  Notes,
  ones,
  reshape,
  scalar,
  softmax,
  sum,
  type Tensor,
  take,
  tensor,
  transpose,
  zeros,
} from './index.ts';

const notes = new Notes<string>('test');
const steps = (note = 'a'): Tensor => notes.attach(ones([2, 3, 4]), note, 2);

describe('Notes', () => {
  test.each<[string, (x: Tensor) => Tensor]>([
    ['elementwise functions', (x) => mul(x, 2)],
    ['functions of several tensors', (x) => mul(ones([4]), x)],
    ['sums over later axes', (x) => sum(x, -1)],
    ['a composite (softmax)', (x) => softmax(x)],
    ['products with weights', (x) => matmul(x, ones([4, 5]))],
    ['new later axes', (x) => reshape(x, [2, 3, 2, 2])],
    ['transposed later axes', (x) => transpose(reshape(x, [2, 3, 2, 2]), [0, 1, 3, 2])],
    ['rows of a table by indices', (x) => take(ones([7, 5]), sum(x, -1).dtype === 'float32' ? notes.attach(zeros([2, 3], { dtype: 'int32' }), 'a', 2) : x)], // biome-ignore format: one line
    ['concatenation along later axes', (x) => concatenate([x, ones([2, 3, 1])], -1)],
    ['branches', (x) => cond(tensor(true), (y: Tensor) => mul(y, 2), (y: Tensor) => mul(y, 3), x)], // biome-ignore format: one line
  ])('copies the note of an operand to the result: %s', (_, f) => {
    expect(notes.of(f(steps()))).toEqual(['a']);
  });

  test.each<[string, (x: Tensor) => Tensor]>([
    ['sums over the annotated axes', (x) => sum(x, 1)],
    ['means over all axes', (x) => mean(x)],
    ['transposition', (x) => transpose(x, [1, 0, 2])],
    ['reversal', (x) => flip(x, 1)],
    ['concatenation along the annotated axes', (x) => concatenate([x, x], 1)],
    ['reshapes to other lengths', (x) => reshape(x, [6, 4])],
  ])('does not copy the note of an operand to the result: %s', (_, f) => {
    expect(notes.of(f(steps()))).toEqual([]);
  });

  test('does not copy the note of an operand to its transpose, even if both have the same shape', () => {
    expect(notes.of(transpose(notes.attach(ones([3, 3]), 'a', 2)))).toEqual([]);
  });

  test('keeps the note of a tensor after the tensor is computed and read', async () => {
    const x = mul(steps(), 3);
    await x.data();
    expect(notes.of(x)).toEqual(['a']);
    expect(notes.of(mul(x, 2))).toEqual(['a']);
  });

  test('copies notes to results inside traced functions', async () => {
    const x = steps();
    const seen: (readonly string[])[] = [];
    const f = (weight: Tensor): Tensor => {
      const y = mul(x, weight);
      seen.push(notes.of(y));
      return mean(y);
    };
    await jit(f)(scalar(2));
    await grad(f)(scalar(2)).data();
    await checkpoint(f)(scalar(2)).data();
    expect(new Set(seen.map(String))).toEqual(new Set(['a']));
  });

  test('copies the notes of all operands to the result', () => {
    expect(notes.of(mul(steps('a'), mul(steps('b'), steps('a'))))).toEqual(['a', 'b']);
  });

  test('attach and detach return a new tensor and leave the original unchanged', async () => {
    const x = steps();
    expect([notes.of(notes.attach(x, 'b', 1)), notes.of(notes.detach(x)), notes.of(x)]).toEqual([['b'], [], ['a']]);
    expect(await notes.detach(x).data()).toEqual(await x.data());
  });

  test('returns only the notes that were attached with the same Notes object', () => {
    const others = new Notes<number>('other');
    const x = others.attach(steps(), 7, 1);
    expect([notes.of(mul(x, 2)), others.of(mul(x, 2)), others.of(sum(x, 1))]).toEqual([['a'], [7], [7]]);
  });
});

test('put sets a note that is not copied to results', () => {
  const x = ones([2]);
  notes.put(x, 'own');
  expect([notes.of(x), notes.of(mul(x, 2))]).toEqual([['own'], []]);
});

describe('definitionOf', () => {
  test('returns the function that computes a pending tensor, and the operands of this function', async () => {
    const x = mul(ones([2, 3]), 2);
    const definition = definitionOf(notes.attach(softmax(x), 'a', 1));
    expect([definition?.name, definition?.config]).toEqual(['softmax', { axis: 1 }]);
    expect(await definition?.operands[0].data()).toEqual(await x.data());
  });

  test('returns null for a computed tensor', async () => {
    const x = softmax(ones([2]));
    await x.data();
    expect([definitionOf(x), definitionOf(ones([2]))?.name]).toEqual([null, 'constant']);
  });
});
