import {
  add,
  grad,
  layers,
  ManabiError,
  matmul,
  sequential,
  setBackend,
  sum,
  type Tensor,
  take,
  tensor,
  zeros,
} from 'manabi';

const model = sequential([layers.dense({ units: 2, inputShape: [3] })]);
const attempts: Record<string, () => unknown> = {
  'shapes that do not fit': () => matmul(zeros([2, 3]), zeros([4, 5])),
  'an axis that does not exist': () => sum(zeros([2, 3]), 2),
  'an index out of range': () => take(tensor([1, 2, 3]), [7]).data(),
  'a wrong value of an option': () => layers.dense({ units: -3 }),
  'a misspelt name': () => model.compile({ optimizer: 'adamm', loss: 'mse' }),
  'a gradient of integers': () => grad((x: Tensor) => sum(x))(tensor([1, 2], { dtype: 'int32' })),
  'an unknown backend': () => setBackend('gpu'),
  'a tensor that is gone': () => {
    const x = tensor([1]);
    x.dispose();
    return add(x, 1).data();
  },
};

for (const [title, attempt] of Object.entries(attempts)) {
  try {
    await attempt();
  } catch (error) {
    if (!(error instanceof ManabiError)) throw error;
    console.log(`${title}: ${error.code}\n  ${error.message}`);
  }
}
