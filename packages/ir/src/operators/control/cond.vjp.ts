import type { Graph, Value } from '../../graph/graph.ts';
import { inputTypes, outputTypes } from '../../graph/parts.ts';
import { isFloat } from '../../types/dtype.ts';
import { equalTypes, type TensorType } from '../../types/shape.ts';
import { graphBuilder } from '../graph-builder.ts';
import type { Linearized, VjpInHalves } from '../vjp.ts';

/**
 * The backward pass is a `cond` with the same condition, which runs the backward graph of the graph that ran. The
 * forward `cond` also returns the residuals. Both of its graphs must return the same types, so residuals of both graphs
 * that have equal types share a result; a graph without a residual for some result returns zeros.
 */
export const cond: VjpInHalves<'cond'> = {
  forward: (b, { operands: [condition, ...operands], attributes }, { active, needed }, linearize) => {
    const { thenBranch, elseBranch } = attributes;
    const wrt = operands.flatMap((_, i) => (active[i + 1] ? [i] : []));
    const results = outputTypes(thenBranch);
    const of = results.flatMap(({ dtype }, i) => (needed[i] && isFloat(dtype) ? [i] : []));
    const halves = [thenBranch, elseBranch].map((branch) => linearize(branch, wrt, of, () => true));
    const residuals = halves.map(({ forward }) => outputTypes(forward).slice(results.length));
    const slots = sharedSlots(residuals);
    const forwards = halves.map(({ forward }, i) => withSlots(forward, results.length, slots.of[i], slots.types));
    const made = b.emit('cond', [condition, ...operands], { thenBranch: forwards[0], elseBranch: forwards[1] });

    const kept = operands.flatMap((_, i) => (halves.some((half) => half.kept.includes(i)) ? [i] : []));
    const keptTypes = kept.map((i) => b.type(operands[i]));
    const ofTypes = of.map((i) => results[i]);
    const backwards = halves.map((half, i) => takingAll(half, kept, slots.of[i], [keptTypes, slots.types, ofTypes]));
    const pullBack = (cotangents: readonly (Value | null)[]): readonly (Value | null)[] => {
      const given = of.map((i) => cotangents[i] ?? b.full(made[i], 0));
      const gradients = b.emit(
        'cond',
        [condition, ...kept.map((i) => operands[i]), ...made.slice(results.length), ...given],
        { thenBranch: backwards[0], elseBranch: backwards[1] },
      );
      return [null, ...operands.map((_, i) => gradients[wrt.indexOf(i)] ?? null)];
    };
    return { results: made.slice(0, results.length), pullBack };
  },
};

/**
 * Finds the shortest list of types in which each of several lists has a separate position for each of its types.
 * Returns the list (`types`) and the positions (`of`).
 */
function sharedSlots(lists: readonly (readonly TensorType[])[]): {
  readonly types: readonly TensorType[];
  readonly of: readonly (readonly number[])[];
} {
  const types: TensorType[] = [];
  const of = lists.map((list) => {
    const taken = new Set<number>();
    return list.map((type) => {
      const free = types.findIndex((other, slot) => !taken.has(slot) && equalTypes(type, other));
      const slot = free >= 0 ? free : types.push(type) - 1;
      taken.add(slot);
      return slot;
    });
  });
  return { types, of };
}

/**
 * Returns a graph of the first `count` outputs, followed by one output per type in `types`: a residual, or zeros if no
 * residual of the graph has this position.
 */
function withSlots(graph: Graph, count: number, slots: readonly number[], types: readonly TensorType[]): Graph {
  const b = graphBuilder();
  const outputs = b.inline(
    graph,
    inputTypes(graph).map((type) => b.input(type)),
  );
  const residuals = types.map((type, slot) => {
    const at = slots.indexOf(slot);
    return at < 0 ? b.constant(0, type.dtype, type.shape) : outputs[count + at];
  });
  return b.finish([...outputs.slice(0, count), ...residuals]);
}

/**
 * Returns a backward graph that takes the same inputs as that of the other case: the kept inputs of both, all residuals
 * and the cotangents.
 */
function takingAll(
  { kept, backward }: Linearized,
  all: readonly number[],
  slots: readonly number[],
  types: readonly (readonly TensorType[])[],
): Graph {
  const b = graphBuilder();
  const [inputs, residuals, cotangents] = types.map((group) => group.map((type) => b.input(type)));
  return b.finish(
    b.inline(backward, [
      ...kept.map((input) => inputs[all.indexOf(input)]),
      ...slots.map((slot) => residuals[slot]),
      ...cotangents,
    ]),
  );
}
