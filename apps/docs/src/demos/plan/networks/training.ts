import { add, matmul, mean, mul, relu, square, sub, type Tensor, valueAndGrad } from 'manabi';

export const inputs = { x: [64, 32], y: [64, 1], w1: [32, 64], b1: [64], w2: [64, 1], b2: [1] };

// These inputs may be overwritten: the new weights take their memory.
export const donated = ['w1', 'b1', 'w2', 'b2'];

type Weights = Record<'w1' | 'b1' | 'w2' | 'b2', Tensor>;

export function run({ x, y, ...weights }: Weights & Record<'x' | 'y', Tensor>) {
  const loss = ({ w1, b1, w2, b2 }: Weights) => {
    const hidden = relu(add(matmul(x, w1), b1));
    return mean(square(sub(add(matmul(hidden, w2), b2), y)));
  };
  const [value, gradients] = valueAndGrad(loss)(weights);
  const descend = (name: keyof Weights) => sub(weights[name], mul(gradients[name], 0.01));
  return { loss: value, w1: descend('w1'), b1: descend('b1'), w2: descend('w2'), b2: descend('b2') };
}
