import type { Tensor } from '@manabi/core';
import { callOptions, maskList, withMasks } from '../call/call-inputs.ts';
import { callOutputs } from '../call/call-outputs.ts';
import { CallContext, type CalledLayer, type CallOptions } from '../call/context.ts';
import { currentCall } from '../call/current-call.ts';
import { attachMask, maskOf } from '../call/masks.ts';
import { eagerRun } from '../call/runs.ts';
import { setSource, sourceOf } from '../call/sources.ts';
import type { Regularizer } from '../regularizers/regularizer.ts';
import { isList, type OneOrMany, type Tensors, toList } from '../structure/nested.ts';
import type { Variable } from '../variables/variable.ts';
import { checkInputSpecs, type InputSpec } from './input-spec.ts';
import { inLayer } from './layer-errors.ts';

/** What a layer is here: something that computes, with weights, and says what becomes of masks. */
interface Callee extends CalledLayer {
  readonly built: boolean;
  readonly weights: readonly Variable[];
  readonly inputSpec: OneOrMany<InputSpec> | null;
  readonly activityRegularizer: Regularizer | null;
  readonly supportsMasking: boolean;
  call(inputs: Tensors, context: CallContext): Tensors;
  computeMask(
    inputs: Tensors,
    masks: readonly (Tensor | null)[],
    context: CallContext,
  ): Tensor | null | readonly (Tensor | null)[];
}

/**
 * Calls a layer on tensors: within the call whose context is given, within the one that runs now, or, outside of calls, with
 * the present weights.
 *
 * @param hasOwnMasks whether the class overrides `computeMask`
 * @param build makes the weights of a layer that has none yet
 * @throws ManabiError `shape`, with the names of the layers, if the inputs do not fit; what `call` throws
 */
export function runOnTensors(
  layer: Callee,
  unmasked: Tensors,
  given: CallContext | CallOptions,
  hasOwnMasks: boolean,
  build: (inputs: Tensors, context: CallContext) => void,
): Tensors {
  const options = callOptions('apply', given);
  const outer =
    given instanceof CallContext ? given : (callAround(layer, options) ?? new CallContext(eagerRun(options.key)));
  const inputs = options.mask === undefined ? unmasked : withMasks(unmasked, options.mask);
  const list = toList(inputs);
  const sources = list.map(sourceOf);
  return inLayer(layer, list, sources, () => {
    checkInputSpecs(layer, list, sources);
    if (!layer.built) {
      build(inputs, outer);
      checkInputSpecs(layer, list, sources);
    }
    const masks = list.map(maskOf);
    const context = outer.enter(layer.name, options, masks);
    const result = callOutputs(layer, inputs, context);
    const given = { inputs, masks, hasOwnMasks };
    const outputs = masked(layer, given, intercepted(layer, toList(result), context), context);
    for (const output of outputs) setSource(output, layer.name);
    if (layer.activityRegularizer !== null) {
      for (const output of outputs) context.addLoss(layer.activityRegularizer.penalty(output));
    }
    return isList(result) ? outputs : outputs[0];
  });
}

/**
 * The call that this one stands in, if it was given no context and that pass has values for its weights: those of a layer
 * from elsewhere are constants there.
 */
function callAround(layer: Callee, { key }: CallOptions): CallContext | null {
  const around = currentCall();
  if (around === null || key !== undefined) return null;
  const { holds } = around.run;
  return holds === undefined || layer.weights.every(holds) ? around : null;
}

function intercepted(layer: Callee, outputs: readonly Tensor[], context: CallContext): readonly Tensor[] {
  const { run } = context;
  return run.intercept === undefined ? outputs : run.intercept(layer, outputs, context.path);
}

/** What a layer was called on. */
interface MaskedCall {
  readonly inputs: Tensors;
  readonly masks: readonly (Tensor | null)[];
  /** Whether its class overrides `computeMask`. */
  readonly hasOwnMasks: boolean;
}

/**
 * The outputs with their masks. A class that overrides `computeMask` says what they are. What a layer made by calling others
 * has the masks that came out of these, through whatever functions of tensors. Other layers hand on the mask of their only
 * input if they support masking, and end it if not.
 */
function masked(
  layer: Callee,
  { inputs, masks: given, hasOwnMasks }: MaskedCall,
  outputs: readonly Tensor[],
  context: CallContext,
): readonly Tensor[] {
  if (!hasOwnMasks && context.hasCalled && outputs.some((output) => maskOf(output) !== null)) return outputs;
  const list = toList(inputs);
  const supports = hasOwnMasks || layer.supportsMasking;
  const isHeeded = supports || context.hasCalled || context.hasReadMasks;
  const masks = maskList(layer.computeMask(inputs, given, context), outputs.length);
  return outputs.map((output, i) => {
    const mask = masks[i] ?? null;
    // A layer that returns its input has done nothing to it.
    if (mask === null && !hasOwnMasks && list.includes(output)) return output;
    if (!isHeeded && given.some((each) => each !== null)) warnOfLostMask(layer);
    return attachMask(output, mask);
  });
}

const warned = new Set<string>();

/** Says, once for each class, that a layer ends the mask of its input without having looked at it, as Keras says it. */
function warnOfLostMask({ name, className }: Callee): void {
  if (warned.has(className)) return;
  warned.add(className);
  console.warn(
    `Layer '${name}' (${className}) was given an input with a mask, and does not support masking: the layers after it see no ` +
      'mask. In a class of your own, set supportsMasking = true to hand the mask on, or override computeMask.',
  );
}
