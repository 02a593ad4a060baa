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

/** Corresponding nodes of both graphs, with the agreement of their operands. */
interface Pair<K extends OpName> {
  readonly short: LoweredNode<K>;
  readonly long: LoweredNode<K>;
  /** Agreement of each operand. */
  readonly agrees: readonly Agreement[];
}

/**
 * Returns whether the first rows of a function's results are independent of the rows that follow. If so, a smaller
 * batch can run as the beginning of a larger one.
 *
 * Both graphs are the same function, traced for a smaller and a larger batch. A value of the larger graph agrees if its
 * beginning, up to the smaller graph's length on each axis, always equals the value of the smaller graph. This is
 * decided from the lowering of each operator: its elements must be the same expressions of the same elements. It
 * therefore works for every operator, and fails for functions that use the size of the batch as a number. Sums over
 * rows agree if all further rows are 0, for example by weights or masks. If independence cannot be shown, the result is
 * `none`.
 *
 * @param inputs agreement of each input
 * @returns agreement of each output
 * @example
 * ```ts
 * const rows = (n: number) => {
 *   const b = graphBuilder();
 *   const x = b.input({ dtype: 'float32', shape: [n, 4] });
 *   return b.finish([b.exp(x), b.reduceSum(x, [0])]);
 * };
 * agreesOnPrefix(rows(2), rows(8), ['begins']); // => ['begins', 'none']
 * ```
 */
export function agreesOnPrefix(short: Graph, long: Graph, inputs: readonly Agreement[]): readonly Agreement[] {
  return new PrefixCheck().graphs(short, long, inputs);
}

class PrefixCheck {
  readonly #table = new ExpressionTable();
  /** Results for nodes that were checked before, because networks repeat their layers. */
  readonly #found = new Map<string, readonly Agreement[]>();

  graphs(short: Graph, long: Graph, inputs: readonly Agreement[]): readonly Agreement[] {
    if (!isAlike(short, long)) return short.outputs.map(() => 'none');
    const agrees: Agreement[] = [];
    const note = (value: number, agreement: Agreement): void => {
      const [one, other] = [short.types[value], long.types[value]];
      if (!isBeginning(one, other)) agrees[value] = 'none';
      // Values of equal shapes have no elements beyond the smaller value.
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
   * Returns the agreement of each result of a node. All operators except calls, loops and branches require agreeing
   * operands.
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
        // The first elements of a forward scan do not depend on the elements after them.
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
    // By induction: carries that agree initially, and still agree after an iteration that starts with all of them in
    // agreement, always agree.
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

/** Returns true if two graphs have the same operators between the same values. */
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

/** Returns true if a value of one type can be the beginning of a value of the other. */
function isBeginning(short: TensorType, long: TensorType): boolean {
  return (
    short.dtype === long.dtype &&
    short.shape.length === long.shape.length &&
    short.shape.every((extent, axis) => extent <= long.shape[axis])
  );
}

/** Returns true if the first operands have equal lengths on these axes. */
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
