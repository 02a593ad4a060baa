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

/** Values that one update uses for all parameters of one dtype, converted to that dtype. */
export interface UpdateContext {
  readonly learningRate: Tensor;
  /** Number of this update, counted from 1; a float scalar. */
  readonly step: Tensor;
}

/** Function that updates one parameter at a path; the gradient has the parameter's shape and dtype. */
export type UpdateParameter = (
  param: Tensor,
  grad: Tensor,
  slots: Slots,
  path: string,
) => { readonly param: Tensor; readonly slots: Slots };

/** Definition of an optimizer by its update rule for a single parameter. */
export interface OptimizerRule {
  readonly name: string;
  /** Class name in saved models (default: `name`, capitalized). */
  readonly className?: string;
  /**
   * Options of this optimizer with defaults filled in, saved with the model. Options shared by all optimizers are added
   * automatically.
   */
  readonly config?: Readonly<Record<string, unknown>>;
  /**
   * Functions that return the initial value of each slot, by slot name. A slot is a tensor that the optimizer stores
   * for each parameter, such as `momentum`.
   */
  readonly slots: Readonly<Record<string, (param: Tensor) => Tensor>>;
  /** Computes the values that are equal for all parameters, and returns the function that updates one parameter. */
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
 * Creates an optimizer from the update rule of a single parameter.
 *
 * The returned optimizer handles trees, schedules, clipping, weight decay and the number of updates. As in Keras, it
 * clips gradients first, then applies weight decay, and then the update rule. Slot values of a magnitude below 2⁻¹¹⁰
 * become 0.
 *
 * @throws ManabiError `argument` for an invalid rule or invalid options
 * @example
 * ```ts
 * import { mul, sign, sub, tensor } from 'manabi';
 * import { defineOptimizer } from 'manabi/optimizers';
 *
 * const signSgd = defineOptimizer(
 *   {
 *     name: 'signSgd',
 *     slots: {},
 *     prepare: ({ learningRate }) => (param, grad, slots) => ({ param: sub(param, mul(sign(grad), learningRate)), slots }),
 *   },
 *   { learningRate: 0.01 },
 * );
 * const weights = tensor([1, 2]);
 * const result = signSgd.update(weights, tensor([3, -4]), signSgd.init(weights)).params;
 * console.log(await result.array()); // [0.99, 2.01]
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
        const result = checkedUpdate(name, updaterFor(param.dtype)(decayed, clipped[i], slots, path));
        const fix = 'Create the state with init() from these parameters; a custom rule must keep shapes and dtypes.';
        checkFits(name, { label: 'The updated parameter', path, fix }, param, result.param);
        for (const slot of slotNames)
          checkFits(name, { label: `Slot ${slot}`, path, fix }, slots[slot], result.slots[slot]);
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

/**
 * Checks that the function `prepare` of a rule returned a function, since rules may be written in plain JavaScript.
 */
function checkedUpdater(op: string, update: UpdateParameter): UpdateParameter {
  return readArgument(op, 'prepare', update, updaterKind);
}

const updaterKind = functionOf<UpdateParameter>(
  'a function that returns a function (param, grad, slots, path) => { param, slots }',
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

/**
 * Returns the dtype of the learning rate: float64 if a parameter is float64 (a float32 rate would reduce the precision
 * of its updates), otherwise float32.
 */
function widestDType(params: unknown): DType {
  return tree.leaves(params).some(({ dtype }) => dtype === 'float64') ? 'float64' : 'float32';
}

function contextOfDType(learningRate: Tensor, step: Tensor): (dtype: DType) => UpdateContext {
  return oncePerDType((dtype) => ({ learningRate: astype(learningRate, dtype), step: astype(step, dtype) }));
}

/** Returns a function that returns `make(dtype)`, calling `make` only once for each dtype. */
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

/** Returns a copy of a tree in which the tensors are replaced by `leaves`, in order. */
function replaceLeaves<P>(params: P, leaves: readonly Tensor[]): P {
  let next = 0;
  return tree.map(() => leaves[next++], params);
}

function missingRate(op: string): ManabiError {
  return new ManabiError(
    'argument',
    'The state has no learning rate, and this optimizer has no schedule, so another optimizer created ' +
      'the state. Add a learning rate: { ...state, learningRate: scalar(0.001) }.',
    { op, data: { tree: 'state', path: 'learningRate' } },
  );
}
