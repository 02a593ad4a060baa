import { add, astype, type DType, mul, scalar, sub, type Tensor, tree } from '@manabi/core';
import {
  anything,
  functionOf,
  type KindsOf,
  ManabiError,
  name as nameKind,
  optional,
  readArgument,
  readOptions,
  recordOf,
  wrongArgument,
} from '@manabi/errors';
import { isPlainObject } from '@manabi/errors/internal';
import { checkedRate, checkFits, checkFloat, checkParameters } from './checks.ts';
import { clipByGlobalNorm, clipByNorm, clipByValue } from './clipping.ts';
import { flushTiny } from './flush-tiny.ts';
import { gatherParameters, type Slots } from './gather-parameters.ts';
import type { Optimizer, OptimizerOptions, OptimizerState, Schedule } from './optimizer.ts';
import { checkOneClipping, requiredKinds } from './optimizer-kinds.ts';

/** What is the same for all parameters in one update, in their dtype. */
export interface UpdateContext {
  readonly learningRate: Tensor;
  /** Number of this update, from 1; a float. */
  readonly step: Tensor;
}

/** Updates one parameter; the gradient has its shape and dtype. */
export type UpdateParameter = (
  param: Tensor,
  grad: Tensor,
  slots: Slots,
) => { readonly param: Tensor; readonly slots: Slots };

/** The mathematics of an optimizer. */
export interface OptimizerRule {
  readonly name: string;
  /** The class under which it is saved; by default the name with a capital. */
  readonly className?: string;
  /** Its own options, resolved: what it is saved with, beside those that all optimizers take. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** What is remembered of each parameter: its first value. */
  readonly slots: Readonly<Record<string, (param: Tensor) => Tensor>>;
  /** Computes what all parameters share, and gives the function that updates one of them. */
  readonly prepare: (context: UpdateContext) => UpdateParameter;
}

const ruleKinds = {
  name: nameKind,
  className: optional(nameKind),
  config: optional(recordOf(anything('a value'))),
  slots: recordOf(functionOf<(param: Tensor) => Tensor>('a function of a parameter')),
  prepare: functionOf<OptimizerRule['prepare']>('a function ({ learningRate, step }) => update'),
} satisfies KindsOf<OptimizerRule>;

/**
 * An optimizer from its rule for one parameter. Trees, schedules, clipping, weight decay and the count of updates are
 * taken care of, in Keras's order: clip, decay, update. Magnitudes below 2⁻¹¹⁰ in slots become 0.
 *
 * @throws ManabiError `argument` for options that no optimizer can have
 * @example
 * ```ts
 * const signSgd = defineOptimizer(
 *   {
 *     name: 'signSgd',
 *     slots: {},
 *     prepare: ({ learningRate }) => (param, grad, slots) => ({ param: sub(param, mul(sign(grad), learningRate)), slots }),
 *   },
 *   { learningRate: 0.01 },
 * );
 * ```
 */
export function defineOptimizer(
  rule: OptimizerRule,
  allOptions: OptimizerOptions & { readonly learningRate: number | Schedule },
): Optimizer {
  const { name, className, config, slots, prepare } = readOptions('defineOptimizer', rule, ruleKinds);
  const options = readOptions(name, allOptions, requiredKinds);
  checkOneClipping(name, options);
  const { learningRate: given } = options;
  const slotNames = Object.keys(slots);

  const rateOf = ({ step, learningRate }: OptimizerState<unknown>, dtype: DType): Tensor => {
    if (learningRate === null && typeof given === 'number') throw missingRate(name);
    const rate = learningRate === null && typeof given === 'function' ? given(step, dtype) : learningRate;
    return checkedRate(name, rate);
  };

  return {
    name,
    className: className ?? name.charAt(0).toUpperCase() + name.slice(1),
    config: { ...commonConfig(options), ...config },
    learningRate: (state) => rateOf(state, widestDType(state.slots)),
    init: (params) => {
      checkParameters(name, params);
      for (const [path, param] of tree.entries(params)) checkFloat(name, path, param);
      return {
        step: scalar(0, { dtype: 'int32' }),
        learningRate: typeof given === 'number' ? scalar(given, { dtype: widestDType(params) }) : null,
        slots: Object.fromEntries(slotNames.map((slot) => [slot, tree.map(slots[slot], params)])),
      };
    },
    update: (params, grads, state) => {
      const parameters = gatherParameters(name, slotNames, params, grads, state);
      const clipped = clipGradients(
        parameters.map(({ grad }) => grad),
        options,
      );
      const step = add(state.step, 1);
      const contextFor = contextOfDType(rateOf(state, widestDType(params)), step);
      const updaterFor = oncePerDType((dtype) => checkedUpdater(name, prepare(contextFor(dtype))));
      const updated = parameters.map(({ path, param, slots }, i) => {
        const decayed = decay(path, param, contextFor(param.dtype).learningRate, options);
        const result = checkedUpdate(name, updaterFor(param.dtype)(decayed, clipped[i], slots));
        checkFits(name, 'the update', path, param, result.param);
        for (const slot of slotNames) checkFits(name, slot, path, slots[slot], result.slots[slot]);
        return result;
      });
      const treeOf = (part: (result: (typeof updated)[number]) => Tensor) => replaceLeaves(params, updated.map(part));
      return {
        params: treeOf(({ param }) => param),
        state: {
          step,
          learningRate: state.learningRate,
          slots: Object.fromEntries(slotNames.map((slot) => [slot, treeOf(({ slots }) => flushTiny(slots[slot]))])),
        },
      };
    },
  };
}

/** A rule may come from plain JavaScript. */
function checkedUpdater(op: string, update: UpdateParameter): UpdateParameter {
  return readArgument(op, 'prepare', update, updaterKind);
}

const updaterKind = functionOf<UpdateParameter>(
  'a function that returns a function (param, grad, slots) => { param, slots }',
);

function checkedUpdate(op: string, result: ReturnType<UpdateParameter>): ReturnType<UpdateParameter> {
  if (isPlainObject(result) && isPlainObject(result.slots)) return result;
  throw wrongArgument({ op, name: 'prepare' }, 'a function whose updates return { param, slots }', result);
}

function commonConfig(options: OptimizerOptions): Record<string, unknown> {
  const { weightDecay, clipnorm, globalClipnorm, clipvalue, excludeFromWeightDecay } = options;
  return {
    learningRate: options.learningRate,
    weightDecay: weightDecay ?? null,
    clipnorm: clipnorm ?? null,
    globalClipnorm: globalClipnorm ?? null,
    clipvalue: clipvalue ?? null,
    ...(excludeFromWeightDecay && { excludeFromWeightDecay }),
  };
}

/** What the learning rate is kept in: float32 would take half of its digits from parameters of float64. */
function widestDType(params: unknown): DType {
  return tree.leaves(params).some(({ dtype }) => dtype === 'float64') ? 'float64' : 'float32';
}

function contextOfDType(learningRate: Tensor, step: Tensor): (dtype: DType) => UpdateContext {
  return oncePerDType((dtype) => ({ learningRate: astype(learningRate, dtype), step: astype(step, dtype) }));
}

/** Makes something once for each dtype. */
function oncePerDType<T>(make: (dtype: DType) => T): (dtype: DType) => T {
  const made = new Map<DType, T>();
  return (dtype) => {
    const known = made.get(dtype) ?? make(dtype);
    made.set(dtype, known);
    return known;
  };
}

function clipGradients(grads: Tensor[], { clipnorm, clipvalue, globalClipnorm }: OptimizerOptions): Tensor[] {
  if (clipnorm !== undefined) return clipByNorm(grads, clipnorm);
  if (clipvalue !== undefined) return clipByValue(grads, clipvalue);
  return globalClipnorm === undefined ? grads : clipByGlobalNorm(grads, globalClipnorm);
}

function decay(path: string, param: Tensor, learningRate: Tensor, options: OptimizerOptions): Tensor {
  const { weightDecay = 0, excludeFromWeightDecay } = options;
  if (weightDecay === 0 || excludeFromWeightDecay?.(path, param)) return param;
  return sub(param, mul(param, mul(learningRate, weightDecay)));
}

/** A tree with other tensors in the places of its own. */
function replaceLeaves<P>(params: P, leaves: readonly Tensor[]): P {
  let next = 0;
  return tree.map(() => leaves[next++], params);
}

function missingRate(op: string): ManabiError {
  return new ManabiError(
    'argument',
    'The state has no learning rate, and the optimizer no schedule that would tell it: the state is that of another ' +
      'optimizer. Give it one: { ...state, learningRate: scalar(0.001) }.',
    { op, data: { tree: 'state', path: 'learningRate' } },
  );
}
