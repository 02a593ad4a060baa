import { tensor } from '@manabi/core';

/** A value invalid for most parameters, created anew for each call. */
export interface WrongValue {
  readonly name: string;
  readonly make: () => unknown;
}

function selfContaining(): unknown[] {
  const list: unknown[] = [1];
  list.push(list);
  return list;
}

function onlyItself(): unknown[] {
  const list: unknown[] = [];
  list.push(list);
  return list;
}

function selfReferring(): object {
  const record: Record<string, unknown> = { units: 1 };
  record.self = record;
  return record;
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

/** Values that a plain JavaScript program may pass by mistake, or an attacker on purpose. */
export const wrongValues: readonly WrongValue[] = [
  { name: 'undefined', make: () => undefined },
  { name: 'null', make: () => null },
  { name: 'NaN', make: () => Number.NaN },
  { name: 'Infinity', make: () => Infinity },
  { name: '-Infinity', make: () => -Infinity },
  { name: '-1', make: () => -1 },
  { name: '0', make: () => 0 },
  { name: '0.25', make: () => 0.25 },
  { name: '1e9', make: () => 1e9 },
  { name: '2^53', make: () => 2 ** 53 },
  { name: '1n', make: () => 1n },
  { name: 'true', make: () => true },
  { name: "''", make: () => '' },
  { name: "'relv'", make: () => 'relv' },
  { name: "'1'", make: () => '1' },
  { name: "'__proto__'", make: () => '__proto__' },
  { name: 'a symbol', make: () => Symbol('s') },
  { name: '[]', make: () => [] },
  { name: '[NaN]', make: () => [Number.NaN] },
  { name: '[-1]', make: () => [-1] },
  { name: '[[1], [1, 2]]', make: () => [[1], [1, 2]] },
  { name: '[null]', make: () => [null] },
  { name: "['a']", make: () => ['a'] },
  { name: 'a sparse array', make: () => new Array(3) },
  { name: 'an array that contains itself', make: selfContaining },
  { name: 'an array whose only element is itself', make: onlyItself },
  { name: 'an array nested 5000 levels deep', make: () => nested(5000) },
  { name: '{}', make: () => ({}) },
  { name: 'an object that contains itself', make: selfReferring },
  { name: 'an object with unknown fields', make: () => ({ unknownOption: 1 }) },
  { name: 'an object without a prototype', make: () => Object.create(null) },
  { name: 'a frozen object', make: () => Object.freeze({ a: Object.freeze([]) }) },
  { name: 'a Map', make: () => new Map([['units', 1]]) },
  { name: 'a Date', make: () => new Date(0) },
  { name: 'a promise', make: () => Promise.resolve(1) },
  { name: 'a function', make: () => () => 1 },
  {
    name: 'a function that throws',
    make: () => () => {
      throw new Error('thrown by the caller');
    },
  },
  { name: 'a class', make: () => class Thing {} },
  { name: 'a tensor', make: () => tensor([0.5, 0.25]) },
  { name: 'an empty tensor', make: () => tensor([]) },
  { name: 'a tensor of bools', make: () => tensor([true, false]) },
  { name: 'a Float32Array', make: () => Float32Array.of(0.5, 0.25) },
  { name: 'a BigInt64Array', make: () => BigInt64Array.of(1n) },
  { name: 'a Uint8ClampedArray', make: () => Uint8ClampedArray.of(1) },
  { name: 'an ArrayBuffer', make: () => new ArrayBuffer(8) },
  {
    name: 'a host array with a wrong number of elements',
    make: () => ({ dtype: 'float32', shape: [5, 3], data: new Float32Array(3) }),
  },
  {
    name: 'a host array with a negative shape',
    make: () => ({ dtype: 'float32', shape: [-1, -2], data: new Float32Array(2) }),
  },
];
