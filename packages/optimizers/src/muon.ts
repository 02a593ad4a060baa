import {
  add,
  div,
  matmul,
  mul,
  norm,
  sqrt,
  square,
  sub,
  type Tensor,
  transpose,
  tree,
  zeros,
  zerosLike,
} from '@manabi/core';
import {
  boolean,
  decay,
  type KindsOf,
  listOf,
  name,
  notNegative,
  nullable,
  number,
  optional,
  positiveInteger,
  readOptions,
  wrongArgument,
} from '@manabi/errors';
import { biasCorrection } from './bias-correction.ts';
import { defineOptimizer } from './define-optimizer.ts';
import { approach } from './moving-average.ts';
import type { Optimizer, OptimizerOptions } from './optimizer.ts';
import { optimizerKinds } from './optimizer-kinds.ts';

/** Options of `muon`. */
export interface MuonOptions extends Omit<OptimizerOptions, 'weightDecay'> {
  /** Weight decay of matrices; null for none (default: 0.004). */
  readonly weightDecay?: number | null;
  /** Parts of paths: parameters whose path contains one of them are updated as in AdamW (default: none). */
  readonly excludeLayers?: readonly string[];
  /** Whether parameters whose path contains `embedding` are updated as in AdamW (default: true). */
  readonly excludeEmbeddings?: boolean;
  /** Decay of the momentum of matrices, in [0, 1) (default: 0.95). */
  readonly momentum?: number;
  /** Whether the momentum of matrices is that of Nesterov (default: true). */
  readonly nesterov?: boolean;
  /** Number of iterations that make steps orthogonal (default: 5). */
  readonly nsSteps?: number;
  /** Coefficient of the matrix in each iteration (default: 3.4445). */
  readonly muonA?: number;
  /** Coefficient of its third power in each iteration (default: -4.775). */
  readonly muonB?: number;
  /** Coefficient of its fifth power in each iteration (default: 2.0315). */
  readonly muonC?: number;
  /** Steps are multiplied by this number and the square root of the longer side of the matrix; null for no factor (default: 0.2). */
  readonly rmsRate?: number | null;
  /** Decay of AdamW's average of gradients, in [0, 1) (default: 0.9). */
  readonly adamBeta1?: number;
  /** Decay of AdamW's average of squared gradients, in [0, 1) (default: 0.999). */
  readonly adamBeta2?: number;
  /** Weight decay of the parameters that are updated as in AdamW; null for none (default: 0.004). */
  readonly adamWeightDecay?: number | null;
  /** Learning rate of AdamW relative to that of matrices (default: 1). */
  readonly adamLrRatio?: number;
  /** Number added to the divisor of AdamW's step; avoids division by zero (default: 1e-7). */
  readonly epsilon?: number;
}

const kinds = {
  ...optimizerKinds(0.001),
  weightDecay: optional(nullable(notNegative), 0.004),
  excludeLayers: optional(listOf(name), []),
  excludeEmbeddings: optional(boolean, true),
  momentum: optional(decay, 0.95),
  nesterov: optional(boolean, true),
  nsSteps: optional(positiveInteger, 5),
  muonA: optional(number(), 3.4445),
  muonB: optional(number(), -4.775),
  muonC: optional(number(), 2.0315),
  rmsRate: optional(nullable(notNegative), 0.2),
  adamBeta1: optional(decay, 0.9),
  adamBeta2: optional(decay, 0.999),
  adamWeightDecay: optional(nullable(notNegative), 0.004),
  adamLrRatio: optional(notNegative, 1),
  epsilon: optional(notNegative, 1e-7),
} satisfies KindsOf<MuonOptions>;

/**
 * Creates the Muon optimizer, whose steps for matrices are approximately orthogonal. It updates matrices, except embeddings and
 * those of `excludeLayers`; all other parameters are updated as in AdamW.
 *
 * `momentum = momentum · m + grad`, `u = (momentum · m + grad)` with Nesterov's momentum and `momentum` without, `u /= ‖u‖`, then
 * `nsSteps` times `u = a·u + (b·uuᵀ + c·(uuᵀ)²)u`, and `param -= learningRate · rmsRate · √max(rows, columns) · u`.
 *
 * Source: K. Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024,
 * https://kellerjordan.github.io/posts/muon; the factor is that of J. Liu et al., "Muon is Scalable for LLM Training", 2025,
 * https://arxiv.org/abs/2502.16982.
 *
 * @throws ManabiError `argument` for invalid options, such as a negative learning rate or a momentum outside [0, 1), and for an
 * item of `excludeLayers` that is a regular expression, as Keras allows
 * @example
 * ```ts
 * import { tensor } from 'manabi';
 * import { muon } from 'manabi/optimizers';
 *
 * const optimizer = muon({ learningRate: 0.1, weightDecay: 0 });
 * const weights = tensor([[1, 2], [3, 4]]);
 * const state = optimizer.init(weights);
 * const { params } = optimizer.update(weights, tensor([[1, 0], [0, 1]]), state);
 * console.log(await params.array()); // [[0.9687, 2], [3, 3.9687]]
 * ```
 */
export function muon(options: MuonOptions = {}): Optimizer {
  const given = readOptions('muon', options, kinds);
  const { weightDecay, excludeLayers, excludeEmbeddings, momentum: inertia, nesterov, nsSteps, ...rest } = given;
  const { muonA, muonB, muonC, rmsRate, adamBeta1, adamBeta2, adamWeightDecay, adamLrRatio, epsilon, ...common } = rest;
  const { excludeFromWeightDecay, ...shared } = common;
  const keyword = excludeLayers.find((item) => /[\\^$.*+?()[\]{}|]/.test(item));
  if (keyword !== undefined) {
    throw wrongArgument({ op: 'muon', name: 'excludeLayers' }, 'parts of paths, without regular expressions', keyword);
  }

  const isAdam = ({ rank }: Tensor, path: string): boolean =>
    rank !== 2 || (excludeEmbeddings && /embedding/i.test(path)) || excludeLayers.some((item) => path.includes(item));

  const decayed = (param: Tensor, path: string, learningRate: Tensor): Tensor => {
    const factor = isAdam(param, path) ? adamWeightDecay : weightDecay;
    if (factor === null || factor === 0 || excludeFromWeightDecay?.(path, param)) return param;
    return sub(param, mul(param, mul(learningRate, factor)));
  };

  const orthogonal = (x: Tensor): Tensor => {
    const isTall = x.shape[0] > x.shape[1];
    const wide = isTall ? transpose(x) : x;
    let u = div(wide, add(norm(wide), 1e-7));
    for (let i = 0; i < nsSteps; i++) {
      const squares = matmul(u, transpose(u));
      const powers = add(mul(squares, muonB), matmul(mul(squares, muonC), squares));
      u = add(mul(u, muonA), matmul(powers, u));
    }
    return isTall ? transpose(u) : u;
  };

  const optimizer = defineOptimizer(
    {
      name: 'muon',
      className: 'Muon',
      config: {
        ...{ weightDecay, excludeLayers, excludeEmbeddings, momentum: inertia, nesterov, nsSteps, muonA, muonB, muonC },
        ...{ rmsRate, adamBeta1, adamBeta2, adamWeightDecay, adamLrRatio, epsilon },
        ...(excludeFromWeightDecay && { excludeFromWeightDecay }),
      },
      slots: { momentum: zerosLike, velocity: zerosLike },
      prepare: ({ learningRate, step: count }) => {
        const correction = div(sqrt(biasCorrection(adamBeta2, count)), biasCorrection(adamBeta1, count));
        const adamRate = mul(mul(learningRate, adamLrRatio), correction);
        return (given, grad, slots, path) => {
          const param = decayed(given, path, learningRate);
          if (isAdam(given, path)) {
            const momentum = approach(slots.momentum, grad, adamBeta1);
            const velocity = approach(slots.velocity, square(grad), adamBeta2);
            const step = div(mul(momentum, adamRate), add(sqrt(velocity), epsilon));
            return { param: sub(param, step), slots: { momentum, velocity } };
          }
          const momentum = add(grad, mul(slots.momentum, inertia));
          const direction = nesterov ? add(grad, mul(momentum, inertia)) : momentum;
          const factor = rmsRate === null ? 1 : rmsRate * Math.sqrt(Math.max(...given.shape));
          const step = mul(orthogonal(direction), mul(learningRate, factor));
          return { param: sub(param, step), slots: { momentum, velocity: slots.velocity } };
        };
      },
    },
    shared,
  );
  return {
    ...optimizer,
    init: (params) => {
      const { slots, ...state } = optimizer.init(params);
      const paths = tree.entries(params).map(([path]) => path);
      let next = 0;
      // Matrices have no velocity: a scalar takes its position in the tree.
      const velocity = tree.map((x) => (isAdam(x, paths[next++]) ? x : zeros([], { dtype: x.dtype })), slots.velocity);
      return { ...state, slots: { ...slots, velocity } };
    },
  };
}
