import { beforeAll, describe, expect, test } from '@jest/globals';
import { assertArraysClose } from '@manabi/testing';
import {
  abs,
  add,
  argmax,
  checkpoint,
  customGradient,
  div,
  exp,
  grad,
  hessian,
  index,
  jacobian,
  jit,
  log,
  matmul,
  maximum,
  mean,
  mul,
  power,
  realize,
  registerBackend,
  relu,
  round,
  scalar,
  sigmoid,
  sin,
  softmaxCrossEntropy,
  square,
  stack,
  stopGradient,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  tree,
  valueAndGrad,
  vjp,
  zeros,
} from '../index.ts';
import { rejection, thrown, unchecked } from '../test-backend/errors.fixture.ts';
import { referenceBackend } from '../test-backend/reference-backend.fixture.ts';

const backend = referenceBackend();

beforeAll(() => registerBackend('reference', () => backend));

const cube = (x: Tensor): Tensor => mul(mul(x, x), x);

describe('grad', () => {
  test('computes the derivative of a scalar', async () => {
    expect(await grad(cube)(scalar(2)).item()).toBe(12);
    expect(await grad((x: Tensor) => sum(square(x)))(tensor([1, -2])).array()).toEqual([2, -4]);
  });

  test('differentiates functions with broadcasting, dtype promotion and indexing', async () => {
    const f = (x: Tensor): Tensor =>
      sum(
        mul(
          index(x, 1),
          tensor(
            [
              [1, 2],
              [3, 4],
            ],
            { dtype: 'int32' },
          ),
        ),
      );
    expect(
      await grad(f)(
        tensor([
          [9, 9],
          [9, 9],
        ]),
      ).array(),
    ).toEqual([
      [0, 0],
      [4, 6],
    ]);
  });

  test('returns a tree with the structure of the argument', async () => {
    interface Params {
      readonly layers: readonly { readonly kernel: Tensor; readonly bias: Tensor | null }[];
      readonly scale: Tensor;
      readonly name: string;
    }
    const params: Params = {
      layers: [
        { kernel: tensor([[1, 2]]), bias: null },
        { kernel: tensor([[3, 4]]), bias: tensor([1, 1]) },
      ],
      scale: scalar(2),
      name: 'two layers',
    };
    const loss = ({ layers, scale }: Params): Tensor =>
      mul(
        scale,
        layers.reduce((total, { kernel, bias }) => add(total, sum(bias ? add(kernel, bias) : kernel)), scalar(0)),
      );
    const gradient: Params = grad(loss)(params);
    expect(gradient.layers[0].bias).toBeNull();
    expect(gradient.name).toBe('two layers');
    expect(await gradient.layers[1].bias?.array()).toEqual([2, 2]);
    expect(await gradient.scale.item()).toBe(12);
  });

  test('differentiates with respect to the arguments in argnums', async () => {
    const f = (x: Tensor, y: Tensor): Tensor => mul(square(x), y);
    expect(await grad(f, { argnums: 1 })(scalar(3), scalar(5)).item()).toBe(9);
    const [dx, dy] = grad(f, { argnums: [0, 1] })(scalar(3), scalar(5));
    expect([await dx.item(), await dy.item()]).toEqual([30, 9]);
  });

  test('returns the auxiliary result of the function with hasAux', async () => {
    const f = (x: Tensor): [Tensor, { half: Tensor; note: string }] => [square(x), { half: div(x, 2), note: 'half' }];
    const [slope, aux] = grad(f, { hasAux: true })(scalar(3));
    expect([await slope.item(), await aux.half.item(), aux.note]).toEqual([6, 1.5, 'half']);
    const [[value, { half }], gradient] = valueAndGrad(f, { hasAux: true })(scalar(3));
    expect([await value.item(), await half.item(), await gradient.item()]).toEqual([9, 1.5, 6]);
  });

  test('returns an argument that is a tree without tensors unchanged', async () => {
    const [value, gradient] = valueAndGrad((_: Record<string, Tensor>, x: Tensor) => sum(x))({}, tensor([1, 2]));
    expect([await value.item(), gradient]).toEqual([3, {}]);
  });

  test('returns 0 for elements that do not affect the result, and finite numbers where the function has a kink', async () => {
    const y = scalar(5);
    expect(await grad((_: Tensor) => y)(tensor([1, 2])).array()).toEqual([0, 0]);
    expect(await grad((x: Tensor) => sum(mul(stopGradient(x), x)))(tensor([3])).array()).toEqual([3]);
    expect(await grad((x: Tensor) => sum(abs(x)))(tensor([0, -1])).array()).toEqual([0, -1]);
    expect(await grad((x: Tensor) => sum(relu(x)))(tensor([0, 1])).array()).toEqual([0, 1]);
    expect(await grad((x: Tensor) => sum(maximum(x, 0)))(tensor([0])).array()).toEqual([0.5]);
  });

  test('treats captured tensors as constants, including pending ones', async () => {
    const x = scalar(2);
    const y = exp(mul(x, 0));
    expect(await grad((z: Tensor) => mul(mul(z, y), x))(scalar(3)).item()).toBe(2);
  });

  test('computes derivatives of a network that agree with finite differences', async () => {
    const x = tensor([
      [0.5, -1],
      [0.25, 2],
      [1, 1],
    ]);
    const labels = tensor([0, 1, 1], { dtype: 'int32' });
    const weights = [0.3, -0.2, 0.7, 0.1];
    const loss = (w: Tensor): Tensor => mean(softmaxCrossEntropy(tanh(matmul(x, w)), labels));
    const gradient = await grad(loss)(
      tensor(weights.slice(), {}).shape.length === 1 ? matrix(weights) : matrix(weights),
    ).data();
    const estimates = await Promise.all(
      weights.map(async (w, i) => {
        const h = 1e-2;
        const high = await loss(matrix(weights.with(i, w + h))).item();
        const low = await loss(matrix(weights.with(i, w - h))).item();
        return (high - low) / (2 * h);
      }),
    );
    assertArraysClose(gradient, estimates, { atol: 1e-4 });
  });

  test('valueAndGrad runs the forward pass only once', async () => {
    const { computed } = backend.counts;
    const before = computed.get('sin') ?? 0;
    const [value, gradient] = valueAndGrad((x: Tensor) => sum(sin(x)))(tensor([0, 0]));
    await realize([value, gradient]);
    expect((computed.get('sin') ?? 0) - before).toBe(1);
    expect([await value.item(), await gradient.array()]).toEqual([0, [1, 1]]);
  });
});

function matrix(weights: readonly number[]): Tensor {
  return tensor([weights.slice(0, 2), weights.slice(2)]);
}

describe('nested transforms', () => {
  test('grad computes third derivatives', async () => {
    const third = grad(grad(grad(cube)));
    expect(await third(scalar(5)).item()).toBe(6);
    expect(await grad(grad((x: Tensor) => power(x, 4)))(scalar(2)).item()).toBe(48);
  });

  test('an inner gradient may depend on arguments of the outer function', async () => {
    const f = (x: Tensor): Tensor => mul(x, grad((y: Tensor) => mul(square(x), y))(scalar(1)));
    expect(await grad(f)(scalar(2)).item()).toBe(12);
  });

  test('nested calls of grad can be used inside jit', async () => {
    const step = jit((x: Tensor) => grad((y: Tensor) => mul(grad(cube)(y), x))(x));
    expect(await (await step(scalar(3))).item()).toBe(54);
  });

  test('grad computes second derivatives of composites', async () => {
    const f = (x: Tensor): Tensor => sum(sigmoid(mul(x, 2)));
    const s = 1 / (1 + Math.exp(-1));
    assertArraysClose(
      await grad((x: Tensor) => sum(grad(f)(x)))(tensor([0.5])).data(),
      [4 * s * (1 - s) * (1 - 2 * s)],
      {
        rtol: 1e-5,
      },
    );
  });
});

describe('vjp', () => {
  test('returns the value of the function and its pullback', async () => {
    const [y, pullback] = vjp((x: Tensor, w: Tensor) => matmul(x, w), tensor([[1, 2]]), tensor([[3], [4]]));
    expect(await y.array()).toEqual([[11]]);
    const [dx, dw] = pullback(tensor([[2]]));
    expect([await dx.array(), await dw.array()]).toEqual([[[6, 8]], [[2], [4]]]);
  });

  test('runs one forward pass for several calls of the pullback', async () => {
    const { computed } = backend.counts;
    const before = computed.get('exp') ?? 0;
    const [y, pullback] = vjp((x: Tensor) => exp(x), tensor([0, 1]));
    await y.data();
    const [once] = pullback(tensor([1, 0]));
    const [twice] = pullback(tensor([0, 1]));
    await realize([once, twice]);
    expect((computed.get('exp') ?? 0) - before).toBe(1);
    assertArraysClose(await twice.data(), [0, Math.E], { rtol: 1e-6 });
  });

  test('accepts trees, and rejects cotangents that do not match the value', async () => {
    const [value, pullback] = vjp((p: { a: Tensor }) => ({ double: mul(p.a, 2), index: argmax(p.a) }), {
      a: tensor([1, 3]),
    });
    const [{ a }] = pullback({ double: tensor([1, 10]), index: value.index });
    expect(await a.array()).toEqual([2, 20]);
    expect(thrown(() => pullback({ double: tensor([1]), index: value.index }))).toMatchObject({
      code: 'shape',
      op: 'vjp',
    });
  });
});

describe('jacobian and hessian', () => {
  test('compute the derivatives with respect to all elements', async () => {
    const j = jacobian((x: Tensor) => mul(x, index(x, 0)))(tensor([2, 3]));
    expect(await j.array()).toEqual([
      [4, 0],
      [3, 2],
    ]);
    const h = hessian((x: Tensor) => mul(square(index(x, 0)), index(x, 1)))(tensor([2, 3]));
    expect(await h.array()).toEqual([
      [6, 4],
      [4, 0],
    ]);
    expect(jacobian((x: Tensor) => stack([x, x]))(zeros([2, 2])).shape).toEqual([2, 2, 2, 2, 2]);
  });
});

describe('customGradient', () => {
  const through = customGradient(
    (x: Tensor) => round(x),
    (_, cotangent) => [cotangent],
  );

  test('replaces the gradient of a function', async () => {
    const f = (x: Tensor): Tensor => sum(mul(through(x), tensor([1, 2])));
    expect(await through(tensor([1.4, 2.6])).array()).toEqual([1, 3]);
    expect(await grad(f)(tensor([1.4, 2.6])).array()).toEqual([1, 2]);
    expect(await (await jit(grad(f))(tensor([1.4, 2.6]))).array()).toEqual([1, 2]);
  });

  test('passes arguments and result to the gradient, which can be differentiated again', async () => {
    const stable = customGradient(
      (x: Tensor, other: { y: Tensor }) => mul(exp(x), other.y),
      ({ args: [, { y }], result }, cotangent) => [mul(cotangent, result), { y: div(mul(cotangent, result), y) }],
    );
    const f = (x: Tensor): Tensor => stable(x, { y: scalar(3) });
    expect(await grad(f)(scalar(0)).item()).toBe(3);
    expect(await grad(grad(f))(scalar(0)).item()).toBe(3);
  });

  test('accepts null for an argument without a gradient, and tensors from outside the function', async () => {
    const outside = scalar(7);
    const f = customGradient(
      (x: Tensor, y: Tensor) => mul(mul(x, y), outside),
      (_, cotangent) => [null, mul(cotangent, outside)],
    );
    const [dx, dy] = grad(f, { argnums: [0, 1] })(scalar(2), scalar(3));
    expect([await dx.item(), await dy.item()]).toEqual([0, 7]);
  });

  test('rejects cotangents that do not match the arguments', () => {
    const wrong = customGradient(
      (x: Tensor) => x,
      (_, cotangent) => [stack([cotangent, cotangent])],
    );
    expect(thrown(() => wrong(scalar(1)))).toMatchObject({ code: 'shape', op: 'customGradient' });
    const short = customGradient(
      (x: Tensor, _y: Tensor) => x,
      (_, cotangent) => unchecked([cotangent]),
    );
    expect(thrown(() => short(scalar(1), scalar(1)))).toMatchObject({ code: 'argument', op: 'customGradient' });
  });
});

describe('checkpoint', () => {
  test('changes neither the values nor the gradients of a function, including gradients of captured tensors', async () => {
    const w = tensor([2, 3]);
    const block = (x: Tensor): Tensor => sin(mul(exp(x), w));
    const x = tensor([0.1, 0.2]);
    const expected = await grad((y: Tensor) => sum(block(y)))(x).data();
    const f = checkpoint(block);
    assertArraysClose(await f(x).data(), await block(x).data(), { rtol: 1e-6 });
    assertArraysClose(await grad((y: Tensor) => sum(f(y)))(x).data(), expected, { rtol: 1e-6 });
    const viaOutside = grad((v: Tensor) => sum(checkpoint((y: Tensor) => mul(y, v))(x)))(w);
    assertArraysClose(await viaOutside.data(), [0.1, 0.2], { rtol: 1e-6 });
  });
});

describe('transforms', () => {
  test('reject functions that do not return a float scalar', () => {
    expect(thrown(() => grad((x: Tensor) => x)(zeros([2])))).toMatchObject({
      code: 'shape',
      op: 'grad',
      data: { shape: [2] },
    });
    expect(thrown(() => grad((x: Tensor) => argmax(x))(zeros([2])))).toMatchObject({ code: 'dtype' });
    expect(
      thrown(() =>
        Reflect.apply(
          grad(() => Reflect.get({}, 'x')),
          null,
          [zeros([2])],
        ),
      ),
    ).toMatchObject({
      code: 'argument',
    });
  });

  test('reject arguments with respect to which no derivative exists', () => {
    const f = (x: Tensor): Tensor => sum(x);
    expect(thrown(() => grad(f)(zeros([2], { dtype: 'int32' })))).toMatchObject({ code: 'dtype', op: 'grad' });
    expect(thrown(() => grad((x: number) => scalar(x))(1))).toMatchObject({ code: 'argument', data: { argument: 0 } });
    expect(thrown(() => Reflect.apply(grad(f), null, []))).toMatchObject({ code: 'argument' });
  });

  test('accept a function that multiplies a logarithm by 0', () => {
    const f = (x: Tensor): Tensor => sum(mul(log(x), 0));
    expect(() => grad(f)(tensor([1]))).not.toThrow();
  });

  test('reject asynchronous functions', async () => {
    const f = async (x: Tensor): Promise<Tensor> => mul(x, await x.item());
    expect(thrown(() => Reflect.apply(grad, null, [f])(scalar(1)))).toMatchObject({ code: 'tracing', op: 'grad' });
  });

  test('reject functions that read elements of tensors', () => {
    const f = (x: Tensor): Tensor => {
      void x.data();
      return x;
    };
    const error = thrown(() => grad(f)(scalar(1)));
    expect(error).toMatchObject({ code: 'tracing', data: { transform: 'grad', open: true } });
    expect(error.message).toContain('where()');
  });

  test('reject tensors that leaked out of the function that was traced', async () => {
    const kept: Tensor[] = [];
    grad((x: Tensor) => {
      kept.push(mul(x, 2));
      return sum(x);
    })(zeros([2]));
    expect(kept[0].state).toBe('traced');
    expect(await rejection(Promise.resolve().then(() => kept[0].data()))).toMatchObject({
      code: 'tracing',
      data: { open: false },
    });
    expect(thrown(() => grad((x: Tensor) => sum(add(x, kept[0])))(zeros([2])))).toMatchObject({ code: 'tracing' });
  });
});

test('tree.map combines a tree of parameters with a tree of gradients', async () => {
  const params = { a: scalar(1), b: [scalar(2)] };
  const grads = grad((p: typeof params) => add(square(p.a), square(p.b[0])))(params);
  const updated = tree.map((p, g) => sub(p, mul(g, 0.5)), params, grads);
  expect([await updated.a.item(), await updated.b[0].item()]).toEqual([0, 0]);
});
