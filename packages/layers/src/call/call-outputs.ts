import { isTensor, ManabiError } from '@manabi/core';
import { describeGiven, formatGiven, isCallable } from '@manabi/errors/internal';
import { type Tensors, toList } from '../structure/nested.ts';
import type { CallContext } from './context.ts';
import { duringCall } from './current-call.ts';

/** The members of a layer that are needed to run its `call` and to check the result. */
interface Callee {
  readonly name: string;
  readonly className: string;
  call(inputs: Tensors, context: CallContext): Tensors;
}

/**
 * Runs a layer's `call`, which may be a user's code, as the current call, and checks its result.
 *
 * @throws ManabiError `argument` for a layer without `call`, and unless the result is a tensor or a non-empty list of them
 */
export function callOutputs(layer: Callee, inputs: Tensors, context: CallContext): Tensors {
  if (!isCallable(layer.call)) {
    throw new ManabiError(
      'argument',
      `Layer '${layer.name}' (${layer.className}) must have a method call(inputs, context) that returns a tensor or a ` +
        `list of tensors; got ${formatGiven(layer.call)}.`,
      { op: layer.className, data: { layer: layer.name, call: describeGiven(layer.call) } },
    );
  }
  const returned = duringCall(context, () => layer.call(inputs, context));
  const list = toList(returned);
  if (list.length > 0 && list.every(isTensor)) return returned;
  throw wrongOutputs(layer, returned);
}

function wrongOutputs({ name, className }: Callee, returned: unknown): ManabiError {
  const promises = [returned].flat().filter((item) => item instanceof Promise);
  // The error below explains the problem; a rejection of such a promise must not end the process.
  for (const promise of promises) promise.catch(() => undefined);
  const advice =
    promises.length > 0
      ? ' `call` must not be async, or return the result of an async function.'
      : returned === undefined
        ? ' Add a return statement.'
        : '';
  return new ManabiError(
    'argument',
    `\`call\` of layer '${name}' (${className}) must return a tensor or a list of tensors; got ${formatGiven(returned)}.` +
      advice,
    { op: className, data: { layer: name, returned: describeGiven(returned) } },
  );
}
