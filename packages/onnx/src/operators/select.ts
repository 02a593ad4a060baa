import { carrierOf } from '../write/kernels.ts';
import { isGraphDType } from '../write/tensor.ts';
import type { Term } from '../write/term.ts';
import type { Writer } from '../write/writer.ts';

/** Selects elements of x where the condition is true, and elements of y elsewhere. */
export function where(w: Writer, condition: Term, x: Term, y: Term): Term {
  const carrier = carrierOf('Where', x.dtype) ?? x.dtype;
  const chosen = w.emitOne('Where', [condition, w.cast(x, carrier), w.cast(y, carrier)], carrier);
  return w.cast(chosen, x.dtype);
}

/** Returns a scalar constant with the dtype of the value `like`. */
export function numberLike(w: Writer, like: Term, value: number): Term {
  return isGraphDType(like.dtype) ? w.scalar(value, like.dtype) : w.int64([value], []);
}

/** Compares two values elementwise. */
export function equal(w: Writer, x: Term, y: Term): Term {
  return w.compute('Equal', [x, y], { results: ['bool'] });
}
