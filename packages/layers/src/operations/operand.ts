import { type DType, type Tensor, tensor } from '@manabi/core';

/** Constant array among the arguments of an operator, as nested lists. */
export interface ConstantArray {
  /** Elements, as nested lists of numbers or booleans. */
  readonly values: unknown;
  /** Dtype in Keras, such as `float32` or `int64`. */
  readonly dtype: string;
  /** Class in files of Keras: a NumPy array or a tensor of its backend. */
  readonly kind: 'numpy' | 'tensor';
}

/**
 * Argument of an operator as plain data: `{ input: 0 }` is the first symbolic input of the call, `{ range }` a range of an
 * index as [start, stop, step], and `{ array }` a constant array.
 */
export type Operand =
  | number
  | string
  | boolean
  | null
  | { readonly input: number }
  | { readonly range: readonly (number | null)[] }
  | { readonly array: ConstantArray }
  | { readonly ellipsis: true }
  | readonly Operand[];

/** Arguments of one call of an operator, in Python's form. */
export interface CallOperands {
  readonly args: readonly Operand[];
  readonly kwargs: Readonly<Record<string, Operand>>;
}

/** Range of an index: start, stop and step, or null for their defaults. */
export class IndexRange {
  readonly bounds: readonly (number | null)[];

  constructor(bounds: readonly (number | null)[]) {
    this.bounds = bounds;
  }
}

/** Dtypes of Keras that manabi computes in another dtype. */
const WIDENED: Readonly<Record<string, DType>> = {
  bfloat16: 'float32',
  double: 'float64',
  float: 'float32',
  half: 'float16',
  int16: 'int32',
  int64: 'int32',
  int8: 'int32',
  long: 'int32',
  uint16: 'int32',
  uint64: 'uint32',
};

const OWN: ReadonlySet<string> = new Set(['bool', 'float16', 'float32', 'float64', 'int32', 'uint32', 'uint8']);

/** Returns manabi's dtype for a dtype of Keras; undefined for others, such as strings. */
export function dtypeInManabi(name: string): DType | undefined {
  if (Object.hasOwn(WIDENED, name)) return WIDENED[name];
  // The set contains only names of dtypes.
  return OWN.has(name) ? (name as DType) : undefined;
}

/** Returns the value of an argument: a tensor, number, text, boolean, null, range, or a list of such values. */
export function operandValue(operand: Operand, inputs: readonly Tensor[]): unknown {
  if (typeof operand !== 'object' || operand === null) return operand;
  if (isOperandList(operand)) return operand.map((item) => operandValue(item, inputs));
  if ('input' in operand) return inputs[operand.input];
  if ('range' in operand) return new IndexRange(operand.range);
  if ('ellipsis' in operand) return '...';
  return constantTensor(operand.array);
}

function constantTensor({ values, dtype }: ConstantArray): Tensor {
  // `tensor` checks the nested lists.
  return tensor(values as number[], { dtype: dtypeInManabi(dtype) ?? 'float32' });
}

function isOperandList(operand: Operand): operand is readonly Operand[] {
  return Array.isArray(operand);
}
