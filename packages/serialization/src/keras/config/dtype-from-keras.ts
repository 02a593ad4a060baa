import type { DTypePolicy } from '@manabi/layers';
import { isObject, shown } from '../json.ts';
import type { ConfigPart } from './config-part.ts';

/** Dtype policy of manabi for each dtype and dtype policy of Keras, with at least the same precision. */
const DTYPES: Readonly<Record<string, DTypePolicy>> = {
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
  mixed_float16: 'mixedFloat16',
  mixed_bfloat16: 'float32',
  float16: 'float16',
  bfloat16: 'float32',
};

/** Dtype found in a Keras config. */
export interface FoundDType {
  /** Dtype policy in manabi. */
  readonly dtype: DTypePolicy;
  /** Keras's name of the dtype or policy, if it differs from `dtype`. */
  readonly saved?: string;
}

/**
 * Reads a dtype or policy of Keras.
 *
 * @throws FileError `unsupported` for dtypes that manabi lacks, such as `string`
 */
export function dtypeFromKeras(part: ConfigPart): FoundDType {
  const { value } = part;
  const name = isObject(value) && isObject(value.config) ? value.config.name : (value ?? 'float32');
  if (typeof name === 'string' && Object.hasOwn(DTYPES, name)) {
    const dtype = DTYPES[name];
    return policyToKeras(dtype) === name ? { dtype } : { dtype, saved: name };
  }
  const known = Object.keys(DTYPES);
  throw part.unsupported(
    `unsupported dtype ${shown(value)} of layer '${part.layer ?? ''}'. Supported: ${known.join(', ')}.`,
    { dtype: value, known },
  );
}

/** Returns Keras's name of a dtype policy. */
export function policyToKeras(policy: unknown): string {
  return policy === 'mixedFloat16' ? 'mixed_float16' : String(policy);
}
