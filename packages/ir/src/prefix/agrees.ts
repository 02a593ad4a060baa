import type { Attributes, Graph, Node, OpName } from '../graph/graph.ts';
import { attributesKey } from '../graph/structural-key.ts';
import { graphBuilder } from '../operators/graph-builder.ts';
import type { LoopForm, LoweredNode, Lowering } from '../operators/lowering.ts';
import { lowerings } from '../operators/lowerings-table.ts';
import { axisIndex } from '../scalar/index-expression.ts';
import { equalShapes, formatType, type TensorType } from '../types/shape.ts';
import { type Agreement, endsInZeros, weaker } from './agreement.ts';
import { ExpressionTable } from './expression-table.ts';
import { writesSamePrefix } from './pieces.ts';
import { zerosOf } from './zeros.ts';

/** Two nodes at the same position of both graphs, and how their operands agree. */
interface Pair<K extends OpName> {
  readonly short: LoweredNode<K>;
  readonly long: LoweredNode<K>;
  /** How each operand of the larger graph agrees with that of the smaller graph. */
  readonly agrees: readonly Agreement[];
}

/**
 * Determines whether the first rows of a function's results depend on the rows that follow. If they do not, a smaller
 * batch can be padded with rows and run by the plan of a larger batch.
 *
 * Both graphs must be the same function, built for a smaller and a larger batch. A value of the larger graph agrees
 * with the same value of the smaller graph if its first elements, up to the smaller length on each axis, are always
 * equal to it. To decide this, the lowerings of each operator are compared: in both graphs, elements must be the same
 * expressions of the same elements. This works for every operator, but not for functions that compute with the size of
 * the batch. Sums over rows agree if all further rows are 0, for example because of weights or masks. If agreement
 * cannot be shown, the result is `none`.
 *
 * @param inputs how each input of the larger graph agrees with the same input of the smaller graph
 * @returns how each output agrees
 * @example
 * ```ts
 * import { agreesOnPrefix, graphBuilder } from '@manabi/ir';
 *
 * const rows = (n: number) => {
 *   const b = graphBuilder();
 *   const x = b.input({ dtype: 'float32', shape: [n, 4] });
 *   return b.finish([b.exp(x), b.reduceSum(x, [0])]);
 * };
 * console.log(agreesOnPrefix(rows(2), rows(8), ['begins'])); // ['begins', 'none']
 * ```
 */
export function agreesOnPrefix(short: Graph, long: Graph, inputs: readonly Agreement[]): readonly Agreement[] {
  return new PrefixCheck().graphs(short, long, inputs);
}

class PrefixCheck {
  readonly #table = new ExpressionTable();
  /** Cached results for pairs of nodes; since networks repeat their layers, many pairs are equal. */
  readonly #found = new Map<string, readonly Agreement[]>();

  graphs(short: Graph, long: Graph, inputs: readonly Agreement[]): readonly Agreement[] {
    if (!isAlike(short, long)) return short.outputs.map(() => 'none');
    const agrees: Agreement[] = [];
    const note = (value: number, agreement: Agreement): void => {
      const [one, other] = [short.types[value], long.types[value]];
      if (!isBeginning(one, other)) agrees[value] = 'none';
      // If the shapes are equal, there are no further elements, so `zeros` holds too.
      else agrees[value] = agreement === 'begins' && equalShapes(one.shape, other.shape) ? 'zeros' : agreement;
    };
    inputs.forEach((agreement, input) => {
      note(input, agreement);
    });
    short.nodes.forEach((node, i) => {
      const found = this.#known(node.op, {
        short: factsOf(short, node),
        long: factsOf(long, long.nodes[i]),
        agrees: node.operands.map((operand) => agrees[operand]),
      });
      node.results.forEach((result, k) => {
        note(result, found[k]);
      });
    });
    return short.outputs.map((output) => agrees[output]);
  }

  #known<K extends OpName>(op: K, pair: Pair<K>): readonly Agreement[] {
    const key = `${op} ${factsKey(pair.short)} ${factsKey(pair.long)} ${pair.agrees.join()}`;
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const found = this.#node(op, pair);
    this.#found.set(key, found);
    return found;
  }

  /**
   * Returns how each result of a node agrees. Except for calls, loops and branches, the result is `none` if that of an
   * operand is.
   */
  #node<K extends OpName>(op: K, pair: Pair<K>): readonly Agreement[] {
    const lowering: Lowering<K> = lowerings[op];
    const { short, long, agrees } = pair;
    const all = (agreement: boolean | Agreement): Agreement[] => {
      const found = agreement === true ? 'begins' : agreement === false ? 'none' : agreement;
      return short.results.map(() => (agrees.includes('none') ? 'none' : found));
    };
    switch (lowering.class) {
      case 'pointwise': {
        const stored = [short, long].map(({ attributes }) => lowering.stored?.(attributes) ?? null);
        if (stored[0] !== null || stored[1] !== null) {
          return all(attributesKey(short.attributes) === attributesKey(long.attributes));
        }
        const index = short.results[0].shape.map((extent, axis) => axisIndex(axis, extent));
        const [first, second] = [short, long].map((node) => lowering.element(this.#table.recorder(), index, node));
        if (first !== second) return all('none');
        return all(zerosOf<K>(lowering.element, short, long, agrees));
      }
      case 'reduce': {
        const axes = lowering.axes(short.attributes);
        if (axes.join() !== lowering.axes(long.attributes).join()) return all('none');
        if (lowering.combine === 'add' && endsInZeros(agrees[0])) return all(agrees[0]);
        return all(haveEqual(pair, axes));
      }
      case 'argReduce': {
        const axis = lowering.axis(short.attributes);
        return all(axis === lowering.axis(long.attributes) && haveEqual(pair, [axis]));
      }
      case 'scan': {
        const [one, other] = [short, long].map(({ attributes }) => lowering.along(attributes));
        const isSame = one.axis === other.axis && one.reverse === other.reverse && one.exclusive === other.exclusive;
        // In a cumulative operator that starts at the first element, an element does not depend on later ones.
        return all(isSame && (!one.reverse || haveEqual(pair, [one.axis])));
      }
      case 'assemble': {
        const [pieces, others] = [lowering.pieces(short), lowering.pieces(long)];
        const isSame =
          pieces.length === others.length &&
          pieces.every((piece, i) =>
            writesSamePrefix(
              this.#table,
              { piece, shape: short.operands[piece.operand].shape },
              { piece: others[i], shape: long.operands[others[i].operand].shape },
              short.results[0].shape,
              endsInZeros(agrees[piece.operand]),
            ),
          );
        return all(isSame);
      }
      case 'routine': {
        const [one, other] = [short, long].map(({ operands, attributes }) => {
          const builder = graphBuilder();
          const inputs = operands.map((type) => builder.input(type));
          return builder.finish(lowering.body(builder, inputs, attributes));
        });
        return this.graphs(one, other, agrees);
      }
      case 'call':
        return this.#calls(short.attributes, long.attributes, agrees);
      case 'branch': {
        const [one, other] = [short, long].map(({ attributes }) => lowering.branches(attributes));
        const [decides, ...inputs] = agrees;
        const thens = this.graphs(one.thenBranch, other.thenBranch, inputs);
        const elses = this.graphs(one.elseBranch, other.elseBranch, inputs);
        return thens.map((agreement, i) => (decides === 'none' ? 'none' : weaker(agreement, elses[i])));
      }
      case 'loop':
        return this.#loops(
          lowering.loop(short.attributes),
          lowering.loop(long.attributes),
          agrees,
          short.results.length,
        );
    }
  }

  #calls(short: object, long: object, inputs: readonly Agreement[]): readonly Agreement[] {
    if (!hasBody(short) || !hasBody(long)) return [];
    return this.graphs(short.body, long.body, inputs);
  }

  #loops(short: LoopForm, long: LoopForm, agrees: readonly Agreement[], results: number): readonly Agreement[] {
    const { carries, xs } = short;
    const none = new Array<Agreement>(results).fill('none');
    const isSame =
      carries === long.carries &&
      xs === long.xs &&
      short.iterations === long.iterations &&
      short.reverse === long.reverse &&
      (short.test === null) === (long.test === null);
    if (!isSame) return none;
    const slices = agrees.slice(carries, carries + xs);
    const constants = agrees.slice(carries + xs);
    let now = agrees.slice(0, carries);
    // Proof by induction: if the carries agree before the first iteration, and agree after an iteration whenever they
    // agree before it, they agree after all iterations.
    for (;;) {
      const inputs = [...now, ...slices, ...constants];
      const isTested = short.test !== null && long.test !== null;
      if (isTested && this.graphs(short.test, long.test, inputs)[0] === 'none') return none;
      const found = this.graphs(short.body, long.body, inputs);
      const next = now.map((agreement, i) => weaker(agreement, found[i]));
      if (next.join() === now.join()) return [...next, ...found.slice(carries)];
      now = next;
    }
  }
}

/** Returns true if two graphs have the same operators with the same operands and outputs, regardless of shapes. */
function isAlike(short: Graph, long: Graph): boolean {
  return (
    short.inputCount === long.inputCount &&
    short.nodes.length === long.nodes.length &&
    short.outputs.join() === long.outputs.join() &&
    short.nodes.every(({ op, operands, results }, i) => {
      const other = long.nodes[i];
      return op === other.op && operands.join() === other.operands.join() && results.join() === other.results.join();
    })
  );
}

/** Returns true if both types have the same dtype and rank, and no length of `short` exceeds that of `long`. */
function isBeginning(short: TensorType, long: TensorType): boolean {
  return (
    short.dtype === long.dtype &&
    short.shape.length === long.shape.length &&
    short.shape.every((extent, axis) => extent <= long.shape[axis])
  );
}

/** Returns true if the first operands of both nodes have equal lengths on the given axes. */
function haveEqual<K extends OpName>({ short, long }: Pair<K>, axes: readonly number[]): boolean {
  return axes.every((axis) => short.operands[0].shape[axis] === long.operands[0].shape[axis]);
}

function factsOf<K extends OpName>({ types }: Graph, node: Node<K>): LoweredNode<K> {
  const { attributes, operands, results }: { attributes: Attributes[K] } & Pick<Node, 'operands' | 'results'> = node;
  return { attributes, operands: operands.map((value) => types[value]), results: results.map((value) => types[value]) };
}

function factsKey({ attributes, operands, results }: LoweredNode<OpName>): string {
  return `${attributesKey(attributes)} ${[...operands, ...results].map(formatType).join()}`;
}

function hasBody(attributes: object): attributes is { readonly body: Graph } {
  return 'body' in attributes;
}
