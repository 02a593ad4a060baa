import type { PairTables } from './pair.ts';

/** Functions of NumPy whose names differ here by more than their case. Functions with equal names are found by their names. */
export const numpy: PairTables = {
  'Functions with other names': [
    ['np.array', 'tensor', 'the default dtype is float32'],
    ['np.asarray', 'tensor', 'the default dtype is float32'],
    ['np.subtract', 'sub'],
    ['np.multiply', 'mul'],
    ['np.divide', 'div'],
    ['np.remainder', 'mod'],
    ['np.copy', 'clone'],
    ['np.var', 'variance', '`var` is a keyword of JavaScript'],
    ['np.invert', 'bitwiseNot'],
    ['np.bitwise_invert', 'bitwiseNot'],
    ['np.concat', 'concatenate'],
    ['np.permute_dims', 'transpose'],
    ['np.linalg.norm', 'norm'],
    ['np.linalg.matmul', 'matmul'],
    ['np.random.uniform', 'random.uniform', 'takes a key'],
    ['np.random.normal', 'random.normal', 'takes a key'],
    ['np.random.randint', 'random.randint', 'takes a key'],
    ['np.random.permutation', 'random.permutation', 'takes a key'],
  ],
  Files: [
    ['np.load', 'readNpz', '`readNpz` for .npz, `readNpy` for .npy'],
    ['np.save', 'writeNpy'],
    ['np.savez', 'writeNpz'],
  ],
};
