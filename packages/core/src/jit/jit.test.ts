import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  add,
  applyGraph,
  clone,
  type DType,
  exp,
  grad,
  hostArray,
  inspect,
  jit,
  matmul,
  mean,
  memory,
  mul,
  ones,
  random,
  realize,
  registerBackend,
  relu,
  scalar,
  setBackend,
  sigmoidCrossEntropy,
  sub,
  sum,
  type Tensor,
  take,
  tensor,
  traceGraph,
  tree,
  valueAndGrad,
  warmup,
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

describe.each([synchronous, asynchronous])('jit on the $name backend', (backend) => {
  const { counts } = backend;
  beforeEach(() => setBackend(backend.name));

  test('traces a function once per signature, and runs the compiled graph in later calls', async () => {
    let traced = 0;
    const f = jit((x: Tensor) => {
      traced++;
      return add(x, 1);
    });
    expect(await (await f(tensor([1, 2]))).array()).toEqual([2, 3]);
    expect(await (await f(tensor([5, 6]))).array()).toEqual([6, 7]);
    expect(traced).toBe(1);
    await f(tensor([1]));
    await f(tensor([1, 2], { dtype: 'int32' }));
    await f(tensor([7, 7]));
    expect(traced).toBe(3);
  });

  test('accepts numbers, typed arrays and host arrays in place of tensors', async () => {
    let traced = 0;
    const f = jit((x: Tensor, rate: Tensor | number) => {
      traced++;
      return mul(x, rate);
    });
    const { buffers } = backend.memory();
    expect(await (await f(tensor([1, 2]), 3)).array()).toEqual([3, 6]);
    expect(await (await f(Float32Array.of(2, 3), 0.5)).array()).toEqual([1, 1.5]);
    expect(await (await f(hostArray('float32', [2], Float32Array.of(4, 4)), scalar(2))).array()).toEqual([8, 8]);
    // A scalar tensor has its own dtype, while a number is converted to the dtype of x.
    expect(traced).toBe(2);
    expect(backend.memory().buffers - buffers).toBeLessThanOrEqual(4);
  });

  test('traces a function again for each new string, boolean, null or undefined among the arguments', async () => {
    let traced = 0;
    const f = jit((x: Tensor, { activation, twice }: { activation: string; twice: boolean }, bias?: Tensor | null) => {
      traced++;
      const y = activation === 'relu' ? relu(x) : x;
      const z = twice ? mul(y, 2) : y;
      return bias ? add(z, bias) : z;
    });
    const x = tensor([-1, 1]);
    expect(await (await f(x, { activation: 'relu', twice: true })).array()).toEqual([0, 2]);
    expect(await (await f(x, { activation: 'none', twice: true })).array()).toEqual([-2, 2]);
    expect(await (await f(x, { activation: 'relu', twice: false })).array()).toEqual([0, 1]);
    expect(await (await f(x, { twice: true, activation: 'relu' })).array()).toEqual([0, 2]);
    expect(traced).toBe(3);
    expect(await (await f(x, { activation: 'relu', twice: true }, null)).array()).toEqual([0, 2]);
    expect(await (await f(x, { activation: 'relu', twice: true }, ones([2]))).array()).toEqual([1, 3]);
    expect(traced).toBe(5);
  });

  test('supports functions that return trees of tensors', async () => {
    const f = jit((x: Tensor) => ({ list: [x, add(x, 1)], empty: null, name: 'f', same: x }));
    const result = await f(scalar(1));
    expect([result.name, result.empty]).toEqual(['f', null]);
    expect([await result.list[1].item(), await result.same.item()]).toEqual([2, 1]);
  });

  test('reads captured tensors in each call, but captured numbers only when tracing', async () => {
    const captured = exp(zeros([2]));
    let factor = 2;
    const f = jit((x: Tensor) => mul(add(x, captured), factor));
    expect(await (await f(ones([2]))).array()).toEqual([4, 4]);
    factor = 3;
    expect(await (await f(ones([2]))).array()).toEqual([4, 4]);
    expect(captured.state).toBe('stored');
    await jit((x: Tensor) => mul(x, 2), { donate: [0], name: 'consumer' })(captured);
    expect(await rejection(f(ones([2])))).toMatchObject({ code: 'donated', data: { by: 'consumer' } });
  });

  test('accepts pending tensors as arguments', async () => {
    const f = jit((x: Tensor, y: Tensor) => matmul(x, y));
    const x = add(ones([2, 2]), 1);
    expect(await (await f(x, mul(x, x))).array()).toEqual([
      [16, 16],
      [16, 16],
    ]);
  });

  test('reuses the buffers of donated tensors, and rejects later use of these tensors', async () => {
    const step = jit((params: { w: Tensor }, x: Tensor) => ({ w: sub(params.w, x) }), { donate: [0], name: 'step' });
    const first = { w: tensor([5, 5]) };
    const x = ones([2]);
    const second = await step(first, x);
    const { buffers } = backend.memory();
    const third = await step(second, x);
    const fourth = await step(third, x);
    expect(backend.memory().buffers).toBeLessThanOrEqual(buffers);
    expect(await fourth.w.array()).toEqual([2, 2]);
    expect([first.w.state, second.w.state, third.w.state]).toEqual(['donated', 'donated', 'donated']);
    const error = thrown(() => add(second.w, 1));
    expect(error).toMatchObject({ code: 'donated', op: 'add', data: { by: 'step' } });
    expect(error.message).toContain('clone');
    expect(await rejection(step(second, ones([2])))).toMatchObject({
      code: 'donated',
      op: 'step',
      data: { by: 'step' },
    });
    expect(thrown(() => third.w.data())).toMatchObject({ code: 'donated' });
  });

  test('keeps the original tensor valid when a clone is donated', async () => {
    const step = jit((w: Tensor) => mul(w, 2), { donate: [0] });
    const w = await realize(exp(zeros([2])));
    await step(clone(w));
    expect(await w.array()).toEqual([1, 1]);
  });

  test('rejects donation of a tensor that is used twice or captured', async () => {
    const w = await realize(exp(zeros([2])));
    const f = jit((a: Tensor, b: Tensor) => add(a, b), { donate: [0], name: 'f' });
    expect(await rejection(f(w, w))).toMatchObject({ code: 'donated', data: { by: 'f' } });
    const g = jit((a: Tensor) => add(a, w), { donate: [0], name: 'g' });
    expect(await rejection(g(w))).toMatchObject({ code: 'donated', data: { by: 'g' } });
    expect(await w.array()).toEqual([1, 1]);
  });

  test('supports functions that return a donated tensor unchanged', async () => {
    const f = jit((frozen: Tensor, w: Tensor) => [frozen, mul(w, frozen)], { donate: [0, 1] });
    let state = [await realize(exp(zeros([2]))), tensor([1, 2])];
    for (let i = 0; i < 3; i++) state = await f(state[0], state[1]);
    expect(await state[0].array()).toEqual([1, 1]);
    expect(await state[1].array()).toEqual([1, 2]);
  });

  test('reports in the error of a failed run whether donated tensors are still valid', async () => {
    const step = jit((w: Tensor) => add(w, 1), { donate: [0], name: 'step' });
    const w = await step(zeros([2]));
    backend.failNext = { inputsKept: true };
    expect(await rejection(step(w))).toMatchObject({ code: 'memory', op: 'step', data: { kept: true } });
    const next = await step(w);
    expect(await next.array()).toEqual([2, 2]);
    backend.failNext = { inputsKept: false };
    expect(await rejection(step(next))).toMatchObject({ code: 'memory', data: { kept: false } });
    expect(next.state).toBe('donated');
  });

  test('releases buffers that were uploaded for donation if the run fails before it uses them', async () => {
    const step = jit((w: Tensor) => add(w, 1), { donate: [0] });
    await step(Float32Array.of(1, 2));
    const before = backend.memory().buffers;
    backend.failNext = { inputsKept: true };
    await rejection(step(Float32Array.of(1, 2)));
    expect(backend.memory().buffers).toBeLessThanOrEqual(before);
  });

  test('runs calls in order even if none of them is awaited', async () => {
    const step = jit((w: Tensor, x: Tensor) => add(mul(w, 2), x), { donate: [0] });
    const other = jit((w: Tensor) => mul(w, 10));
    const w = zeros([1]);
    const [a, b] = await Promise.all([step(w, ones([1])), other(ones([1]))]);
    expect([await a.array(), await b.array()]).toEqual([[1], [10]]);
    await Promise.all([a.data(), other(a)]);
  });

  test('releases the buffers that were uploaded for a call after the call', async () => {
    const f = jit((x: Tensor, y: Tensor) => sum(add(x, y)));
    const once = async () => (await f(Float32Array.of(1, 2), 3)).dispose();
    await once();
    const { buffers } = backend.memory();
    for (let i = 0; i < 5; i++) await once();
    expect(backend.memory().buffers).toBe(buffers);
  });

  test('warmup compiles a function before its first call', async () => {
    let traced = 0;
    const f = jit((params: { w: Tensor }, x: Tensor, rate: Tensor | number, mode: string) => {
      traced++;
      return mode === 'train' ? mul(matmul(x, params.w), rate) : x;
    });
    const { compiled } = counts;
    await warmup(f, { w: { shape: [2, 1], dtype: 'float32' } }, { shape: [3, 2], dtype: 'float32' }, 0.1, 'train');
    expect([traced, counts.compiled - compiled]).toEqual([1, 1]);
    expect((await f({ w: ones([2, 1]) }, ones([3, 2]), 0.5, 'train')).shape).toEqual([3, 1]);
    expect([traced, counts.compiled - compiled]).toEqual([1, 2]);
    expect(await inspect(f, { w: ones([2, 1]) }, ones([3, 2]), 0.5, 'train')).toContain('dot');
    expect(traced).toBe(1);
  });

  test('trains XOR', async () => {
    const x = tensor([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    const y = tensor([[0], [1], [1], [0]]);
    const [k1, k2] = random.split(random.key(3));
    let params = {
      hidden: { kernel: random.normal(k1, [2, 8]), bias: zeros([8]) },
      output: { kernel: random.normal(k2, [8, 1]), bias: zeros([1]) },
    };
    type Params = typeof params;
    const predict = ({ hidden, output }: Params): Tensor =>
      add(matmul(relu(add(matmul(x, hidden.kernel), hidden.bias)), output.kernel), output.bias);
    const loss = (p: Params): Tensor => mean(sigmoidCrossEntropy(predict(p), y));
    const step = jit(
      (p: Params, rate: Tensor | number): [Params, Tensor] => {
        const [value, grads] = valueAndGrad(loss)(p);
        return [tree.map((w, g) => sub(w, mul(g, rate)), p, grads), value];
      },
      { donate: [0] },
    );
    let value = zeros([]);
    for (let i = 0; i < 300; i++) [params, value] = await step(params, 0.5);
    expect(await value.item()).toBeLessThan(0.05);
    const answers = (await predict(params).data()).map((logit) => Number(logit > 0));
    expect([...answers]).toEqual([0, 1, 1, 0]);
  });
});

describe('jit', () => {
  beforeEach(() => setBackend('reference'));
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('warns once about a function with eight signatures', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
    const f = jit((x: Tensor) => add(x, 1), { name: 'grows' });
    for (let n = 1; n <= 7; n++) await f(zeros([n]));
    expect(warn).not.toHaveBeenCalled();
    for (let n = 8; n <= 10; n++) await f(zeros([n]));
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0][0]).toContain('grows');
  });

  test('keeps the compiled graphs of the 64 most recently used signatures', async () => {
    jest.spyOn(console, 'warn').mockImplementation(() => {});
    let traced = 0;
    const f = jit((x: Tensor) => {
      traced++;
      return add(x, 1);
    });
    const { disposed } = synchronous.counts;
    for (let n = 1; n <= 64; n++) await f(tensor(new Float32Array(n)));
    await f(tensor(new Float32Array(1)));
    await f(tensor(new Float32Array(65)));
    expect([traced, synchronous.counts.disposed - disposed]).toEqual([65, 1]);
    await f(tensor(new Float32Array(1)));
    expect(traced).toBe(65);
    await f(tensor(new Float32Array(2)));
    expect(traced).toBe(66);
  });

  test('rejects calls of a jitted function inside a traced function, but allows calls of its `plain`', async () => {
    const inner = jit((x: Tensor) => mul(x, 2), { name: 'inner' });
    const call = (x: Tensor): Tensor => unchecked(inner(x));
    const error = await rejection(jit((x: Tensor) => call(x), { name: 'outer' })(scalar(1)));
    expect(error).toMatchObject({ code: 'tracing', op: 'inner', data: { within: 'outer' } });
    expect(error.message).toContain('inner.plain');
    expect(await (await jit((x: Tensor) => add(x, inner.plain(x)))(scalar(1))).item()).toBe(3);
    expect(thrown(() => grad(call)(scalar(1)))).toMatchObject({
      code: 'tracing',
    });
  });

  test('rejects asynchronous functions, and functions that read elements of tensors', async () => {
    const f = jit(async (x: Tensor) => x, { name: 'f' });
    expect(await rejection(f(scalar(1)))).toMatchObject({ code: 'tracing', data: { function: 'f' } });
    const g = jit((x: Tensor) => {
      void x.item();
      return x;
    });
    expect(await rejection(g(scalar(1)))).toMatchObject({ code: 'tracing', data: { open: true } });
  });

  test('rejects arguments of unsupported types', async () => {
    const f = jit((x: { f: unknown }) => x.f, { name: 'f' });
    expect(await rejection(f({ f: () => 1 }))).toMatchObject({ code: 'argument', data: { path: 'arguments[0].f' } });
    expect(await rejection(f({ f: new Map() }))).toMatchObject({
      code: 'argument',
      data: { kind: 'an instance of Map' },
    });
    expect(await rejection(Reflect.apply(warmup, null, [(x: Tensor) => x]))).toMatchObject({ code: 'argument' });
  });

  test('rejects invalid positions in `donate`', () => {
    expect(thrown(() => jit((x: Tensor) => x, { donate: [-1] }))).toMatchObject({ code: 'argument', op: 'jit' });
    const options = unchecked<{ donate: number[] }>({ donate: 0 });
    expect(thrown(() => jit((x: Tensor) => x, options))).toMatchObject({ code: 'argument', op: 'jit' });
  });

  test('rejects a position in `donate` that exceeds the number of arguments', async () => {
    const step = jit((x: Tensor) => add(x, 1), { donate: [0, 1], name: 'step' });
    expect(await rejection(step(ones([1])))).toMatchObject({
      code: 'argument',
      op: 'jit',
      data: { function: 'step', position: 1, count: 1 },
    });
  });

  test('reports the name of the function whose run fails', async () => {
    const lookUp = jit((x: Tensor, i: Tensor) => take(x, i, 0), { name: 'lookUp' });
    const error = await rejection(lookUp(ones([2]), tensor([5], { dtype: 'int32' })));
    expect(error).toMatchObject({ code: 'index', op: 'lookUp', data: { by: 'lookUp' } });
    expect(error.data).not.toHaveProperty('kept');
  });

  test('names the jitted function after the original function or the option `name`', () => {
    expect(jit(add).name).toBe('add');
    expect(jit(add, { name: 'plus' }).name).toBe('plus');
  });

  test('keeps donated tensors valid if computing a pending argument fails', async () => {
    const w = await realize(exp(zeros([2])));
    const step = jit((a: Tensor, b: Tensor) => add(a, b), { donate: [0], name: 'step' });
    const pending = exp(ones([2]));
    synchronous.failNext = { inputsKept: false };
    expect(await rejection(step(w, pending))).toMatchObject({ code: 'memory', op: 'step', data: { kept: true } });
    expect(await w.array()).toEqual([1, 1]);
  });

  test('throws the error that a function throws while it is traced, and traces it again in the next call', async () => {
    let attempts = 0;
    const f = jit((x: Tensor) => {
      if (attempts++ === 0) throw new RangeError('first');
      return x;
    });
    await expect(f(scalar(1))).rejects.toThrow(RangeError);
    expect(await (await f(scalar(1))).item()).toBe(1);
  });

  test('makes small arrays that the function creates constants of the graph', async () => {
    const { graph, captured } = traceGraph((x: Tensor) => mul(x, tensor([1, 2])), { shape: [2], dtype: 'float32' });
    expect([graph.inputCount, captured.length]).toEqual([1, 0]);
    expect(graph.nodes.map(({ op }) => op)).toEqual(['constant', 'mul']);
  });

  test('needs the same memory after many steps as after a few', async () => {
    const step = jit((w: Tensor, x: Tensor) => add(mul(w, 0.5), x), { donate: [0] });
    let w = await step(zeros([17, 19]), ones([17, 19]));
    const held = (): number => memory().tensors.find(({ type }) => type === 'float32[17, 19]')?.count ?? 0;
    const x = await realize(exp(zeros([17, 19])));
    const before = held();
    for (let i = 0; i < 50; i++) w = await step(w, x);
    expect(held()).toBe(before);
  });
});

describe('traceGraph and applyGraph', () => {
  beforeEach(() => setBackend('reference'));

  test('convert a function to a graph and a graph to a function', async () => {
    const w = ones([2, 1]);
    const types: DType[] = ['float32'];
    const { graph, captured, structure } = traceGraph((x: Tensor) => ({ y: matmul(x, w) }), {
      shape: [3, 2],
      dtype: types[0],
    });
    expect([graph.inputCount, captured.length, graph.outputs.length]).toEqual([2, 1, 1]);
    expect(structure).toMatchObject({ kind: 'record', keys: ['y'] });
    const [y] = applyGraph(graph, [ones([3, 2]), w]);
    expect(await y.array()).toEqual([[2], [2], [2]]);
    const slope = grad((x: Tensor) => sum(applyGraph(graph, [x, w])[0]))(ones([3, 2]));
    expect(await slope.array()).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
  });

  test('reject a wrong number of inputs, and inputs of the wrong type', () => {
    const { graph } = traceGraph((x: Tensor) => mul(x, 2), { shape: [3], dtype: 'float32' });
    expect(thrown(() => applyGraph(graph, []))).toMatchObject({ code: 'argument', op: 'applyGraph' });
    expect(thrown(() => applyGraph(graph, [zeros([2])]))).toMatchObject({ code: 'shape' });
    expect(thrown(() => applyGraph(graph, [zeros([3], { dtype: 'int32' })]))).toMatchObject({ code: 'dtype' });
  });
});
