import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  add,
  dispatch,
  exp,
  type Jitted,
  jit,
  memory,
  mul,
  ones,
  realize,
  registerBackend,
  setBackend,
  type Tensor,
  take,
  tensor,
  zeros,
} from '../index.ts';
import { rejection, thrown, unchecked } from '../test-backend/errors.fixture.ts';
import { referenceBackend } from '../test-backend/reference-backend.fixture.ts';

const synchronous = referenceBackend('reference');
const asynchronous = referenceBackend('asynchronous', true);

beforeAll(() => {
  registerBackend('reference', () => synchronous);
  registerBackend('asynchronous', async () => asynchronous);
});

const stored = (value: number): Promise<Tensor> => realize(mul(ones([2]), value));

describe.each([synchronous, asynchronous])('dispatch on the $name backend', (backend) => {
  beforeEach(() => setBackend(backend.name));
  const increment = jit((w: Tensor) => add(w, 1), { donate: [0], name: 'increment' });

  test('returns tensors that can be used, read and donated before the call has run', async () => {
    const first = dispatch(increment, [await stored(1)]);
    const twice = mul(first.result, 2);
    const reading = first.result.array();
    const second = dispatch(increment, [first.result]);
    expect(await reading).toEqual([2, 2]);
    expect(await second.result.array()).toEqual([3, 3]);
    await Promise.all([first.done, second.done]);
    expect(second.result.state).toBe('stored');
    // As with awaited calls, a pending tensor that needs a donated tensor can no longer be computed.
    expect(await rejection(twice.array())).toMatchObject({ code: 'donated' });
  });

  test('does not change the result of a read that was started before the call', async () => {
    let w = await stored(0);
    const reads: Promise<unknown>[] = [];
    const steps: Promise<void>[] = [];
    for (let i = 0; i < 5; i++) {
      reads.push(
        w.array(),
        realize(mul(w, 10)).then((t) => t.array()),
      );
      const { result, done } = dispatch(increment, [w]);
      steps.push(done);
      w = result;
    }
    await Promise.all(steps);
    const results = await Promise.all(reads);
    expect(results).toEqual(
      [0, 1, 2, 3, 4].flatMap((i) => [
        [i, i],
        [10 * i, 10 * i],
      ]),
    );
    expect(await w.array()).toEqual([5, 5]);
  });

  test('releases the memory of a disposed tensor only after earlier calls have used it', async () => {
    const [w, x] = [await stored(1), await stored(5)];
    const held = memory().buffers;
    const sum = jit((a: Tensor, b: Tensor) => add(a, b));
    const first = dispatch(sum, [w, x]);
    const second = dispatch(sum, [w, x]);
    x.dispose();
    expect(x.state).toBe('disposed');
    expect(await second.result.array()).toEqual([6, 6]);
    second.result.dispose();
    const third = dispatch(sum, [w, w]);
    third.result.dispose();
    await Promise.all([first.done, second.done, third.done]);
    await realize(add(w, 1));
    // x and two of the three results were disposed of, so their memory is free.
    expect(memory().buffers).toBeLessThanOrEqual(held + 1);
    expect(await first.result.array()).toEqual([6, 6]);
  });

  const lookUp = jit((w: Tensor, i: Tensor) => ({ w: mul(w, 2), found: take(w, i, 0) }), {
    donate: [0],
    name: 'lookUp',
  });
  const beyond = () => tensor([7], { dtype: 'int32' });

  test('reading a result of a failed call throws the error of the call', async () => {
    const { result, done } = dispatch(lookUp, [await stored(3), beyond()]);
    const sum = add(result.w, 1);
    expect(await rejection(done)).toMatchObject({ code: 'index', op: 'lookUp' });
    expect(result.w.state).toBe('failed');
    const later = mul(sum, 2);
    for (const tensor of [result.w, result.found, sum, later, add(later, result.w)]) {
      expect(await rejection(tensor.array())).toMatchObject({ code: 'index', op: 'lookUp' });
    }
    expect(await rejection(realize({ later }))).toMatchObject({ code: 'index' });
    const plus = jit((x: Tensor) => add(x, 1));
    expect(await rejection(plus(result.w))).toMatchObject({ code: 'index' });
  });

  test('later calls continue with the tensors of `fallback` after a call fails', async () => {
    const [w, copy] = [await stored(3), await stored(3)];
    backend.failNext = { inputsKept: true };
    const kept = dispatch(increment, [w], { fallback: (result) => [[result, w]] });
    const next = dispatch(increment, [kept.result]);
    expect(await rejection(kept.done)).toMatchObject({ code: 'memory', data: { kept: true } });
    expect(await next.result.array()).toEqual([4, 4]);
    expect(await w.array()).toEqual([3, 3]);

    backend.failNext = { inputsKept: false };
    const lost = dispatch(increment, [w], { fallback: (result) => [[result, copy]] });
    // The call may fail while the read below is awaited, so its rejection must be handled before.
    const failed = rejection(lost.done);
    expect(await lost.result.array()).toEqual([3, 3]);
    await failed;
    expect(w.state).toBe('donated');

    // The replacement was itself donated to the failed call, so it cannot replace the result.
    backend.failNext = { inputsKept: false };
    const gone = dispatch(increment, [copy], { fallback: (result) => [[result, copy]] });
    await rejection(gone.done);
    expect(await rejection(gone.result.array())).toMatchObject({ code: 'memory' });
  });

  test('realize replaces pending tensors by those of `fallback` if the run fails', async () => {
    const w = await stored(3);
    const next = exp(w);
    backend.failNext = { inputsKept: true };
    const running = realize({ next }, { fallback: (made) => [[made.next, w]] });
    const doubled = jit((x: Tensor) => mul(x, 2))(next);
    expect(await rejection(running)).toMatchObject({ code: 'memory' });
    expect(await (await doubled).array()).toEqual([6, 6]);
    expect(await next.array()).toEqual([3, 3]);
  });

  test('a function that returns the same value twice returns two independent tensors', async () => {
    const twice = jit((x: Tensor, w: Tensor) => ({ a: add(x, 1), b: add(x, 1), w, again: w }), { donate: [1] });
    const { a, b, w, again } = await twice(await stored(1), await stored(7));
    a.dispose();
    w.dispose();
    expect(await b.array()).toEqual([2, 2]);
    expect(await again.array()).toEqual([7, 7]);
    const sum = jit((x: Tensor, y: Tensor) => add(x, y), { donate: [0, 1] });
    const both = await twice(await stored(1), await stored(7));
    expect(await (await sum(both.a, both.b)).array()).toEqual([4, 4]);
    expect(await (await sum(both.w, both.again)).array()).toEqual([14, 14]);
  });

  test('rejects invalid arguments and options', async () => {
    const w = await stored(3);
    const circular: unknown[] = [w];
    circular.push(circular);
    const wrong = [
      () => dispatch(increment, unchecked(5)),
      () => dispatch(increment, unchecked([circular])),
      () => dispatch(increment, [w], { batchSize: -1 }),
      () => dispatch(increment, [w], { fallback: unchecked('before') }),
      () => dispatch(increment, [w], unchecked({ fallBack: () => [] })),
      () => jit((x: Tensor) => x, { batched: unchecked([-1]) }),
      () => jit((x: Tensor) => x, { rowMask: 0.5 }),
    ];
    for (const call of wrong) expect(thrown(call)).toMatchObject({ code: 'argument' });
    expect(await rejection(realize(w, { fallback: unchecked(1) }))).toMatchObject({ code: 'argument', op: 'realize' });
    backend.failNext = { inputsKept: true };
    const { result, done } = dispatch(increment, [w], { fallback: unchecked(() => 5) });
    expect(await rejection(done)).toMatchObject({ code: 'argument', op: 'dispatch' });
    expect(await rejection(result.array())).toMatchObject({ code: 'memory' });
  });

  test.each([
    ['donate', { donate: [4] }, 4],
    ['batched', { batched: [0, 5] }, 5],
    ['rowMask', { batched: [0], rowMask: 1e9 }, 1e9],
  ] as const)(
    'rejects a position in `%s` that exceeds the number of arguments of the call',
    async (option, options, position) => {
      const f = jit((x: Tensor) => x, options);
      expect(await rejection(f(tensor([1])))).toMatchObject({
        code: 'argument',
        op: 'jit',
        data: { option, position, count: 1 },
      });
    },
  );

  test('rejects functions that are not jitted, and calls of dispatch while a function is traced', () => {
    expect(
      thrown(() =>
        dispatch(
          unchecked<Jitted<[], Tensor>>(() => zeros([])),
          [],
        ),
      ),
    ).toMatchObject({ code: 'argument', op: 'dispatch' });
    const nested = jit((w: Tensor) => dispatch(increment, [w]).result);
    return expect(nested(zeros([2]))).rejects.toMatchObject({ code: 'tracing' });
  });
});
