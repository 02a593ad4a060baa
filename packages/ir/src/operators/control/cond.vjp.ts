import type { Graph, Value } from '../../graph/graph.ts';
import { inputTypes, outputTypes } from '../../graph/parts.ts';
import { isFloat } from '../../types/dtype.ts';
import { equalTypes, type TensorType } from '../../types/shape.ts';
import { graphBuilder } from '../graph-builder.ts';
import type { Linearized, VjpInHalves } from '../vjp.ts';

/**
 * The branch that ran is gone back through: a `cond` over the ways back. What they need from the forward pass comes out
 * of the branches as further results, where those of both share places if their types agree; the branch that did not
 * run leaves zeros in the others.
 */
export const cond: VjpInHalves<'cond'> = {
  forward: (b, { operands: [condition, ...operands], attributes }, { active, needed }, linearize) => {
    const { thenBranch, elseBranch } = attributes;
    const wrt = operands.flatMap((_, i) => (active[i + 1] ? [i] : []));
    const results = outputTypes(thenBranch);
    const of = results.flatMap(({ dtype }, i) => (needed[i] && isFloat(dtype) ? [i] : []));
    const halves = [thenBranch, elseBranch].map((branch) => linearize(branch, wrt, of, () => true));
    const residuals = halves.map(({ forward }) => outputTypes(forward).slice(results.length));
    const places = sharedPlaces(residuals);
    const forwards = halves.map(({ forward }, i) => withPlaces(forward, results.length, places.of[i], places.types));
    const made = b.emit('cond', [condition, ...operands], { thenBranch: forwards[0], elseBranch: forwards[1] });

    const kept = operands.flatMap((_, i) => (halves.some((half) => half.kept.includes(i)) ? [i] : []));
    const keptTypes = kept.map((i) => b.type(operands[i]));
    const ofTypes = of.map((i) => results[i]);
    const backwards = halves.map((half, i) => takingAll(half, kept, places.of[i], [keptTypes, places.types, ofTypes]));
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

/** Places for the values of several lists, one of each list at most in each, and where each list has its own. */
function sharedPlaces(lists: readonly (readonly TensorType[])[]): {
  readonly types: readonly TensorType[];
  readonly of: readonly (readonly number[])[];
} {
  const types: TensorType[] = [];
  const of = lists.map((list) => {
    const taken = new Set<number>();
    return list.map((type) => {
      const free = types.findIndex((other, place) => !taken.has(place) && equalTypes(type, other));
      const place = free >= 0 ? free : types.push(type) - 1;
      taken.add(place);
      return place;
    });
  });
  return { types, of };
}

/** The graph with the outputs after the first `count` put into their places, and zeros in the others. */
function withPlaces(graph: Graph, count: number, places: readonly number[], types: readonly TensorType[]): Graph {
  const b = graphBuilder();
  const outputs = b.inline(
    graph,
    inputTypes(graph).map((type) => b.input(type)),
  );
  const residuals = types.map((type, place) => {
    const at = places.indexOf(place);
    return at < 0 ? b.constant(0, type.dtype, type.shape) : outputs[count + at];
  });
  return b.finish([...outputs.slice(0, count), ...residuals]);
}

/** The way back as a graph of the kept inputs of both branches, all places and the cotangents. */
function takingAll(
  { kept, backward }: Linearized,
  all: readonly number[],
  places: readonly number[],
  types: readonly (readonly TensorType[])[],
): Graph {
  const b = graphBuilder();
  const [inputs, residuals, cotangents] = types.map((group) => group.map((type) => b.input(type)));
  return b.finish(
    b.inline(backward, [
      ...kept.map((input) => inputs[all.indexOf(input)]),
      ...places.map((place) => residuals[place]),
      ...cotangents,
    ]),
  );
}
