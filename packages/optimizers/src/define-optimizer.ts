import { add, astype, type DType, ManabiError, mul, scalar, sub, type Tensor, tree } from '@manabi/core';
import { alignLeaves } from './align.ts';
import { checkFits, checkFloat, checkOptions, checkRate, checkSlots } from './checks.ts';
import { clipByGlobalNorm, clipByNorm, clipByValue } from './clipping.ts';
import type { Optimizer, OptimizerOptions, OptimizerState, Schedule } from './optimizer.ts';

/** What an optimizer remembers of one parameter, by name. */
export type Slots = Readonly<Record<string, Tensor>>;

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
  /** What is remembered of each parameter: its first value. */
  readonly slots: Readonly<Record<string, (param: Tensor) => Tensor>>;
  /** Computes what all parameters share, and gives the function that updates one of them. */
  readonly prepare: (context: UpdateContext) => UpdateParameter;
}

/**
 * An optimizer from its rule for one parameter. Trees, schedules, clipping, weight decay and the count of updates are
 * taken care of, in Keras's order: clip, decay, update.
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
  options: OptimizerOptions & { readonly learningRate: number | Schedule },
): Optimizer {
  const { name } = rule;
  checkOptions(name, options);
  const { learningRate: given } = options;
  const slotNames = Object.keys(rule.slots);

  const rateOf = ({ step, learningRate }: OptimizerState<unknown>): Tensor => {
    if (learningRate !== null) return learningRate;
    if (typeof given === 'number') throw missingRate(name);
    const rate = given(step);
    checkRate(name, rate);
    return rate;
  };

  return {
    name,
    learningRate: rateOf,
    init: (params) => {
      for (const [path, param] of tree.entries(params)) checkFloat(name, path, param);
      return {
        step: scalar(0, { dtype: 'int32' }),
        learningRate: typeof given === 'number' ? scalar(given) : null,
        slots: Object.fromEntries(slotNames.map((slot) => [slot, tree.map(rule.slots[slot], params)])),
      };
    },
    update: (params, grads, state) => {
      const places = tree.entries(params);
      for (const [path, param] of places) checkFloat(name, path, param);
      const aligned = alignLeaves(name, 'grads', params, grads);
      for (const [i, [path, param]] of places.entries()) checkFits(name, 'grads', path, param, aligned[i]);
      checkSlots(name, slotNames, state.slots);
      const remembered = slotNames.map((slot) => alignLeaves(name, `state.slots.${slot}`, params, state.slots[slot]));

      const clipped = clipGradients(aligned, options);
      const step = add(state.step, 1);
      const contextFor = contexts(rateOf(state), step);
      const updaterFor = perDType((dtype) => rule.prepare(contextFor(dtype)));
      const updated = places.map(([path, param], i) => {
        const slots = Object.fromEntries(slotNames.map((slot, s) => [slot, remembered[s][i]]));
        const decayed = decay(path, param, contextFor(param.dtype).learningRate, options);
        const result = updaterFor(param.dtype)(decayed, clipped[i], slots);
        checkFits(name, 'the update', path, param, result.param);
        for (const slot of slotNames) checkFits(name, slot, path, slots[slot], result.slots[slot]);
        return result;
      });
      return {
        params: replaceLeaves(
          params,
          updated.map(({ param }) => param),
        ),
        state: {
          step,
          learningRate: state.learningRate,
          slots: Object.fromEntries(
            slotNames.map((slot) => [
              slot,
              replaceLeaves(
                params,
                updated.map(({ slots }) => slots[slot]),
              ),
            ]),
          ),
        },
      };
    },
  };
}

function contexts(learningRate: Tensor, step: Tensor): (dtype: DType) => UpdateContext {
  return perDType((dtype) => ({ learningRate: astype(learningRate, dtype), step: astype(step, dtype) }));
}

/** Makes something once for each dtype. */
function perDType<T>(make: (dtype: DType) => T): (dtype: DType) => T {
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
