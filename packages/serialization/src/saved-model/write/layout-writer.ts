import type { DType } from '@manabi/core';
import { typeOf } from './attributes.ts';
import type { GraphSink, Ref } from './graph-sink.ts';
import { type Length, productOf } from './lengths.ts';

/** Value of a graph: its reference and type, with lengths that may depend on the batch size. */
export interface Term {
  readonly ref: Ref;
  readonly dtype: DType;
  readonly shape: readonly Length[];
}

/** Writes nodes that move elements. */
export class LayoutWriter {
  readonly sink: GraphSink;

  constructor(sink: GraphSink) {
    this.sink = sink;
  }

  reshape(x: Term, shape: readonly Length[]): Ref {
    if (JSON.stringify(x.shape) === JSON.stringify(shape)) return x.ref;
    return this.sink.add('Reshape', [x.ref, this.sink.shape(shape)], { T: typeOf(x.dtype), Tshape: typeOf('int32') });
  }

  transpose({ ref, dtype }: Pick<Term, 'ref' | 'dtype'>, permutation: readonly number[]): Ref {
    if (permutation.every((from, axis) => from === axis)) return ref;
    return this.sink.add('Transpose', [ref, this.sink.integers(permutation)], {
      T: typeOf(dtype),
      Tperm: typeOf('int32'),
    });
  }

  slice(
    x: Pick<Term, 'ref' | 'dtype'>,
    start: readonly Length[],
    limit: readonly Length[],
    step: readonly number[],
  ): Ref {
    if (start.length === 0) return x.ref;
    const bounds = [this.sink.shape(start), this.sink.shape(limit), this.sink.integers(step)];
    return this.sink.add('StridedSlice', [x.ref, ...bounds], { T: typeOf(x.dtype), Index: typeOf('int32') });
  }

  /** Adds elements before and after each axis; negative numbers remove elements. */
  pad(x: Term, low: readonly Length[], high: readonly Length[], fill: Ref): Ref {
    const { sink } = this;
    const isNegative = (length: Length): boolean => typeof length === 'number' && length < 0;
    const added = (length: Length): Length => (isNegative(length) ? 0 : length);
    const all = [...low, ...high];
    let { ref } = x;
    if (all.some(isNegative)) {
      const start = low.map((length) => (typeof length === 'number' && length < 0 ? -length : 0));
      const limit = x.shape.map((length, axis): Length => {
        const end = high[axis];
        const cut = typeof end === 'number' && end < 0 ? end : 0;
        return typeof length === 'number' ? length + cut : { ...length, offset: length.offset + cut };
      });
      ref = this.slice(
        x,
        start,
        limit,
        start.map(() => 1),
      );
    }
    if (all.every((length) => added(length) === 0)) return ref;
    const flat = low.flatMap((length, axis) => [added(length), added(high[axis])]);
    const paddings = sink.add('Reshape', [sink.shape(flat), sink.integers([low.length, 2])], {
      T: typeOf('int32'),
      Tshape: typeOf('int32'),
    });
    return sink.add('PadV2', [ref, paddings, fill], { T: typeOf(x.dtype), Tpaddings: typeOf('int32') });
  }

  /** Inserts elements between neighbours along each axis. */
  spread(x: Term, interior: readonly number[], fill: Ref): Term {
    let term = x;
    for (const [axis, between] of interior.entries())
      if (between > 0) term = this.#spreadAxis(term, axis, between, fill);
    return term;
  }

  #spreadAxis(x: Term, axis: number, between: number, fill: Ref): Term {
    const { dtype, shape } = x;
    const [before, length, after] = [shape.slice(0, axis), shape[axis], shape.slice(axis + 1)];
    const apart = [...before, length, 1, ...after];
    const separate: Term = { dtype, ref: this.reshape(x, apart), shape: apart };
    const none = apart.map(() => 0);
    const added = apart.map((_, i) => (i === axis + 1 ? between : 0));
    const joined: Term = {
      dtype,
      ref: this.pad(separate, none, added, fill),
      shape: [...before, length, between + 1, ...after],
    };
    const wide = productOf([length, between + 1]);
    const flat: Term = {
      dtype,
      ref: this.reshape(joined, [...before, wide, ...after]),
      shape: [...before, wide, ...after],
    };
    const cut = shape.map((_, i) => (i === axis ? -between : 0));
    const last = typeof wide === 'number' ? wide - between : { ...wide, offset: wide.offset - between };
    return {
      dtype,
      ref: this.pad(
        flat,
        shape.map(() => 0),
        cut,
        fill,
      ),
      shape: [...before, last, ...after],
    };
  }
}
