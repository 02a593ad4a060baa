import { type DType, hostArray, ManabiError } from '@manabi/core';
import { type Attributes, dtypes, type Graph, type Node, type OpName, type TensorType } from '@manabi/ir';
import { typeNumbers } from '../tensor-types.ts';
import { type Attribute, bool, callee, int, text, typeOf, types } from './attributes.ts';
import { equationOf } from './equation.ts';
import { GraphSink, type Ref } from './graph-sink.ts';
import { LayoutWriter, type Term } from './layout-writer.ts';
import { fitLength, type Length } from './lengths.ts';
import type { Library } from './library.ts';
import { type BodyWriter, writeScan } from './write-scan.ts';
import { convolution, windowed } from './write-windows.ts';

/** Operations of TensorFlow with the same meaning as an operator, for floats. */
const SAME: Readonly<Partial<Record<OpName, string>>> = {
  neg: 'Neg',
  abs: 'Abs',
  sign: 'Sign',
  floor: 'Floor',
  ceil: 'Ceil',
  round: 'Rint',
  exp: 'Exp',
  expm1: 'Expm1',
  log: 'Log',
  log1p: 'Log1p',
  sqrt: 'Sqrt',
  sin: 'Sin',
  cos: 'Cos',
  tan: 'Tan',
  asin: 'Asin',
  atan: 'Atan',
  tanh: 'Tanh',
  sigmoid: 'Sigmoid',
  erf: 'Erf',
  isNaN: 'IsNan',
  isInf: 'IsInf',
  stopGradient: 'StopGradient',
  add: 'AddV2',
  sub: 'Sub',
  mul: 'Mul',
  rem: 'TruncateMod',
  pow: 'Pow',
  max: 'Maximum',
  min: 'Minimum',
  equal: 'Equal',
  less: 'Less',
  lessEqual: 'LessEqual',
};

/** Operations for bool, and for integers. */
const BITS: Readonly<Partial<Record<OpName, readonly [bool: string, integer: string]>>> = {
  and: ['LogicalAnd', 'BitwiseAnd'],
  or: ['LogicalOr', 'BitwiseOr'],
  xor: ['NotEqual', 'BitwiseXor'],
  not: ['LogicalNot', 'Invert'],
};

const REDUCTIONS: Readonly<Partial<Record<OpName, readonly [number: string, bool: string]>>> = {
  reduceSum: ['Sum', ''],
  reduceProd: ['Prod', ''],
  reduceMax: ['Max', 'Any'],
  reduceMin: ['Min', 'All'],
};

/** Writes the nodes of a graph that was traced at several batch sizes. */
export class NodeWriter extends LayoutWriter implements BodyWriter {
  readonly library: Library;

  constructor(sink: GraphSink, library: Library) {
    super(sink);
    this.library = library;
  }

  /**
   * Writes all nodes, and returns the outputs.
   *
   * @param graphs the graph at each of `BATCH_SIZES`
   * @throws ManabiError `graph` for operators that TensorFlow lacks, and for graphs that differ between batch sizes
   */
  write(graphs: readonly Graph[], inputs: readonly Ref[]): readonly Term[] {
    const [first] = graphs;
    const terms: Term[] = [];
    const bind = (value: number, ref: Ref): void => {
      terms[value] = { ref, dtype: first.types[value].dtype, shape: fitShape(graphs.map(({ types }) => types[value])) };
    };
    for (const [i, ref] of inputs.entries()) bind(i, ref);
    first.nodes.forEach((node, i) => {
      const nodes = graphs.map((graph) => graph.nodes[i]);
      const isAlike = nodes.every((each) => each?.op === node.op && each.operands.join() === node.operands.join());
      if (!isAlike) throw this.refused(node.op, 'the computation changes with the batch size');
      const shapes = node.results.map((result) => fitShape(graphs.map(({ types }) => types[result])));
      // The indices of `maxPool` are not written.
      if (node.operands.some((operand) => terms[operand] === undefined))
        throw this.refused(node.op, 'it uses the indices of maxPool');
      const refs = this.#node(
        nodes,
        node.operands.map((operand) => terms[operand]),
        shapes,
        node.results.map((result) => first.types[result].dtype),
      );
      for (const [k, ref] of refs.entries()) bind(node.results[k], ref);
    });
    return first.outputs.map((output) => terms[output]);
  }

  #node(
    nodes: readonly Node[],
    operands: readonly Term[],
    shapes: readonly (readonly Length[])[],
    results: readonly DType[],
  ): readonly Ref[] {
    const [node] = nodes;
    const { sink } = this;
    const [x, y] = operands;
    const [shape] = shapes;
    const lengths = (get: (node: Node) => readonly number[]): readonly Length[] =>
      get(node).map((_, i) =>
        fitLength(
          node.op,
          nodes.map((each) => get(each)[i]),
        ),
      );
    const T: Readonly<Record<string, Attribute>> = x === undefined ? {} : { T: typeOf(x.dtype) };
    const refs = operands.map(({ ref }) => ref);
    const same = SAME[node.op];
    const bits = BITS[node.op];
    const reduction = REDUCTIONS[node.op];
    const isBool = x?.dtype === 'bool';
    if (node.op === 'equal' && isBool) return [sink.add('Equal', refs, T)];
    if (bits !== undefined)
      return [sink.add(bits[isBool ? 0 : 1], refs, isBool && bits[0].startsWith('Logical') ? {} : T)];
    if (same !== undefined) return [sink.add(same, refs, T)];
    if (reduction !== undefined && 'axes' in node.attributes) {
      const op = reduction[isBool ? 1 : 0];
      const axes = sink.integers(node.attributes.axes);
      return [sink.add(op, [x.ref, axes], isBool ? { Tidx: typeOf('int32') } : { ...T, Tidx: typeOf('int32') })];
    }
    switch (node.op) {
      case 'constant':
        return [this.#constant(nodes, node.attributes, shape)];
      case 'iota':
        return [this.#iota(node.attributes, shape)];
      case 'exp2':
        return [sink.add('Pow', [this.#filled(2, x), x.ref], T)];
      case 'cast':
        return [sink.add('Cast', refs, { SrcT: typeOf(x.dtype), DstT: typeOf(node.attributes.dtype) })];
      case 'bitcast':
        return [sink.add('Bitcast', refs, { ...T, type: typeOf(node.attributes.dtype) })];
      case 'div':
        return [sink.add(x.dtype.startsWith('float') ? 'RealDiv' : 'TruncateDiv', refs, T)];
      case 'shiftLeft':
      case 'shiftRight': {
        const by = sink.add('Cast', [y.ref], { SrcT: typeOf('uint32'), DstT: typeOf(x.dtype) });
        return [sink.add(node.op === 'shiftLeft' ? 'LeftShift' : 'RightShift', [x.ref, by], T)];
      }
      case 'select':
        return [sink.add('SelectV2', refs, { T: typeOf(operands[1].dtype) })];
      case 'argMax':
      case 'argMin': {
        const axis = sink.scalar('int32', node.attributes.axis);
        return [
          sink.add(node.op === 'argMax' ? 'ArgMax' : 'ArgMin', [x.ref, axis], { ...T, output_type: typeOf('int32') }),
        ];
      }
      case 'cumSum': {
        const { axis, reverse, exclusive } = node.attributes;
        return [
          sink.add('Cumsum', [x.ref, sink.scalar('int32', axis)], {
            ...T,
            exclusive: bool(exclusive),
            reverse: bool(reverse),
          }),
        ];
      }
      case 'reshape':
        return [this.reshape(x, shape)];
      case 'transpose':
        return [this.transpose(x, node.attributes.permutation)];
      case 'expand': {
        const { axes } = node.attributes;
        const aligned = shape.map((_, axis) => (axes.includes(axis) ? x.shape[axes.indexOf(axis)] : 1));
        return [sink.add('BroadcastTo', [this.reshape(x, aligned), sink.shape(shape)], T)];
      }
      case 'slice': {
        const start = lengths(({ attributes }) => attributesOf<'slice'>(attributes).start);
        const limit = lengths(({ attributes }) => attributesOf<'slice'>(attributes).limit);
        return [this.slice(x, start, limit, node.attributes.step)];
      }
      case 'reverse':
        return [sink.add('ReverseV2', [x.ref, sink.integers(node.attributes.axes)], T)];
      case 'pad': {
        const low = lengths(({ attributes }) => attributesOf<'pad'>(attributes).low);
        const high = lengths(({ attributes }) => attributesOf<'pad'>(attributes).high);
        return [this.pad(this.spread(x, node.attributes.interior, y.ref), low, high, y.ref)];
      }
      case 'concat':
        return [
          sink.add('ConcatV2', [...refs, sink.scalar('int32', node.attributes.axis)], { N: int(refs.length), ...T }),
        ];
      case 'dynamicSlice':
        return [this.#dynamicSlice(x, y, shape)];
      case 'gather': {
        const inputs = [x.ref, y.ref, sink.scalar('int32', node.attributes.axis)];
        return [
          sink.add('GatherV2', inputs, { Tparams: typeOf(x.dtype), Tindices: typeOf(y.dtype), Taxis: typeOf('int32') }),
        ];
      }
      case 'gatherND': {
        if (node.attributes.batchDims !== 0) break;
        return [sink.add('GatherNd', refs, { Tparams: typeOf(x.dtype), Tindices: typeOf(y.dtype) })];
      }
      case 'dot': {
        const equation = equationOf(node.attributes, x.shape.length, y.shape.length);
        return [sink.add('Einsum', refs, { equation: text(equation), N: int(2), ...T })];
      }
      case 'topK':
        return this.#topK(x, node.attributes);
      case 'conv':
        return [convolution(this, x, y, node.attributes)];
      case 'maxPool':
      case 'windowSum':
        return [windowed(this, node.op, x, node.attributes)];
      case 'cond': {
        const branches = ['thenBranch', 'elseBranch'] as const;
        const [thenName, elseName] = branches.map((branch) =>
          this.#function(
            nodes.map(({ attributes }) => attributesOf<'cond'>(attributes)[branch]),
            operands.slice(1),
          ),
        );
        const inputs = [...refs.slice(1), ...this.batchInput()];
        return sink.addAll(
          'StatelessIf',
          [x.ref, ...inputs],
          {
            Tcond: typeOf('bool'),
            Tin: types([...operands.slice(1).map(({ dtype }) => typeNumbers[dtype]), ...this.batchType()]),
            Tout: types(results.map((dtype) => typeNumbers[dtype])),
            then_branch: callee(thenName),
            else_branch: callee(elseName),
          },
          results.length,
        );
      }
      case 'scan':
        return writeScan(this, nodes, operands, shapes, results);
      default:
        break;
    }
    throw this.refused(node.op, 'TensorFlow has no equal operation');
  }

  #constant(nodes: readonly Node[], { dtype, value }: Attributes['constant'], shape: readonly Length[]): Ref {
    const { sink } = this;
    if (typeof value !== 'number') {
      const fixed = shape.filter((length) => typeof length === 'number');
      const isSame = nodes.every(({ attributes }) => {
        const other = attributesOf<'constant'>(attributes).value;
        return (
          typeof other !== 'number' &&
          other.length === value.length &&
          other.every((item, i) => Object.is(item, value[i]))
        );
      });
      if (!isSame || fixed.length !== shape.length)
        throw this.refused('constant', 'its elements change with the batch size');
      const elements = dtypes[dtype].create(value.length);
      elements.set(value);
      return sink.constant(hostArray(dtype, fixed, elements));
    }
    const fitted = fitLength(
      'constant',
      nodes.map(({ attributes }) => Number(attributesOf<'constant'>(attributes).value)),
    );
    const scalar =
      typeof fitted === 'number'
        ? sink.scalar(dtype, fitted)
        : sink.add('Cast', [sink.length(fitted)], { SrcT: typeOf('int32'), DstT: typeOf(dtype) });
    if (shape.length === 0) return scalar;
    return sink.add('Fill', [sink.shape(shape), scalar], { T: typeOf(dtype), index_type: typeOf('int32') });
  }

  #iota({ dtype, axis }: Attributes['iota'], shape: readonly Length[]): Ref {
    const { sink } = this;
    const range = sink.add('Range', [sink.scalar('int32', 0), sink.length(shape[axis]), sink.scalar('int32', 1)], {
      Tidx: typeOf('int32'),
    });
    const cast = dtype === 'int32' ? range : sink.add('Cast', [range], { SrcT: typeOf('int32'), DstT: typeOf(dtype) });
    const alone = shape.map((length, i) => (i === axis ? length : 1));
    const aligned = this.reshape({ ref: cast, dtype, shape: [shape[axis]] }, alone);
    return sink.add('BroadcastTo', [aligned, sink.shape(shape)], { T: typeOf(dtype) });
  }

  /** Returns an array like x that is filled with a number. */
  #filled(value: number, { dtype }: Term): Ref {
    return this.sink.scalar(dtype, value);
  }

  #dynamicSlice(x: Term, starts: Term, shape: readonly Length[]): Ref {
    const { sink } = this;
    const int32 = { T: typeOf('int32') };
    const last = sink.add('Sub', [sink.shape(x.shape), sink.shape(shape)], int32);
    const least = sink.add('Maximum', [starts.ref, sink.scalar('int32', 0)], int32);
    const begin = sink.add('Minimum', [least, last], int32);
    return sink.add('Slice', [x.ref, begin, sink.shape(shape)], { T: typeOf(x.dtype), Index: typeOf('int32') });
  }

  #topK(x: Term, { k, axis, largest }: Attributes['topK']): readonly Ref[] {
    const { sink } = this;
    const order = [...x.shape.keys()].filter((i) => i !== axis).concat(axis);
    const back = order.map((_, i) => order.indexOf(i));
    const T = { T: typeOf(x.dtype) };
    const turned = this.transpose(x, order);
    const ordered = largest ? turned : sink.add('Neg', [turned], T);
    const [values, indices] = sink.addAll('TopKV2', [ordered, sink.scalar('int32', k)], T, 2);
    const signed = largest ? values : sink.add('Neg', [values], T);
    return [
      this.transpose({ ref: signed, dtype: x.dtype }, back),
      this.transpose({ ref: indices, dtype: 'int32' }, back),
    ];
  }

  /** Defines a function for a nested graph and returns its name. */
  #function(graphs: readonly Graph[], inputs: readonly Term[]): string {
    const sink = new GraphSink(true);
    const numbers = [...inputs.map(({ dtype }) => typeNumbers[dtype]), ...this.batchType()];
    const names = numbers.map((_, i) => `a${i}`);
    sink.batch = this.batchInput().length === 0 ? '' : names[names.length - 1];
    const outputs = this.inside(sink).write(graphs, names.slice(0, inputs.length));
    return this.library.define(
      'branch',
      names.map((ref, i) => ({ ref, type: numbers[i] })),
      outputs.map(({ ref, dtype }) => ({ ref, type: typeNumbers[dtype] })),
      sink,
    );
  }

  inside(sink: GraphSink): NodeWriter {
    return new NodeWriter(sink, this.library);
  }

  /** The batch size as an input of functions. */
  batchInput(): readonly Ref[] {
    return this.sink.batch === '' ? [] : [this.sink.batch];
  }

  batchType(): readonly number[] {
    return this.sink.batch === '' ? [] : [typeNumbers.int32];
  }

  refused(op: string, problem: string): ManabiError {
    return new ManabiError(
      'graph',
      `The model cannot be exported as a SavedModel: operator ${op} is unsupported, because ${problem}.`,
      {
        op: 'exportSavedModel',
        data: { operator: op },
      },
    );
  }
}

/** Narrows the type of attributes. */
function attributesOf<K extends OpName>(attributes: Attributes[OpName]): Attributes[K] {
  // The nodes at all batch sizes have the same operator, which the caller knows from the first one.
  return attributes as Attributes[K];
}

function fitShape(all: readonly TensorType[]): readonly Length[] {
  return all[0].shape.map((_, axis) =>
    fitLength(
      'shape',
      all.map(({ shape }) => shape[axis]),
    ),
  );
}
