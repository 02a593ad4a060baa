import type { DType } from '@manabi/core';
import { isObject, type Json } from '../json.ts';
import { type Origin, unsupported } from './origin.ts';

const DTYPES: Readonly<Record<string, DType>> = {
  float32: 'float32',
  float64: 'float64',
  int32: 'int32',
  int64: 'int32',
  int16: 'int32',
  int8: 'int32',
  uint16: 'int32',
  uint32: 'uint32',
  uint8: 'uint8',
  bool: 'bool',
  // Weights are float32 in these, and all is computed as exactly.
  mixed_float16: 'float32',
  mixed_bfloat16: 'float32',
  float16: 'float32',
  bfloat16: 'float32',
};

/**
 * Our dtype for one of Keras, or its policy.
 *
 * @throws FileError `unsupported` for others, such as text
 */
export function dtypeFromKeras(origin: Origin, where: string, value: Json): DType {
  const name = isObject(value) && isObject(value.config) ? value.config.name : value;
  if (typeof name === 'string' && Object.hasOwn(DTYPES, name)) return DTYPES[name];
  throw unsupported(origin, `${where} has the dtype ${JSON.stringify(value)}, which is not there.`, {
    where,
    dtype: value,
    known: Object.keys(DTYPES),
  });
}
