import type { AttentionGradientAttributes, RoutineStep } from '@manabi/compiler';
import { slotAddress } from '../../runtime/slot-address.ts';
import { scratchSlot } from '../../runtime/table.ts';
import { type Emit, type FunctionBuilder, forRange, type LocalId, limitTo } from '../../wasm/index.ts';
import { advance, setPointer, setTo } from '../addressing.ts';
import type { RoutineEmission, ScratchBytes } from '../emission.ts';
import { hide, maskScores, matrixOf, pushHidesLater, skipLaterKeys } from './block.ts';
import { type GradientDivision, gradientDivision } from './division.ts';
import { eachItem, pushCeil, setRest, setRow } from './items.ts';
import { copyRowsFunction, placeRows, type Rows, rowsOf, transposeRowsFunction } from './pack.ts';
import { PANEL, productFunction } from './product.ts';
import { probabilitiesFunction } from './weights.ts';

/**
 * Writes the functions of the gradients of attention. An item is a part of the keys of a matrix: for each block of its keys and
 * each block of queries, the probabilities are computed again from the statistics, and added to the gradients in products. Each
 * item has gradients of all queries; the second function adds those of the items of a matrix.
 */
export function emitAttentionGradient(
  { attributes, operands, results }: RoutineStep<AttentionGradientAttributes>,
  { support, plan, name, begin }: RoutineEmission,
): ScratchBytes {
  const { module } = support;
  const { batch, queries, keys, features, width, scale, query, key, value, mask, gradient, mean } = attributes;
  const division = gradientDivision(attributes);
  const { keysPerItem, blockRows, blockKeys, scoreRow, queryRow, valueRow, at, tasks, taskBytes } = division;
  const [, keyResult, valueResult] = results;
  const scratch = slotAddress(scratchSlot(plan), 0);
  const f = begin(name, tasks, false);
  const [memory, part, lastKey, statistics, means, sums, from, row] = f.locals('i32', 8);
  const [keyPanels, copiedKeys, values, copiedQueries, copiedCotangents, changes, keySums, valueSums] = f.locals(
    'i32',
    8,
  );
  const [blockOfKeys, blockQueries, cotangents] = f.locals('i32', 3);
  const [scores, first, firstKey, rows, blockLength, columns] = f.locals('i32', 6);
  const block = { scores, query: first, key: firstKey, rows, keys: blockLength, columns };
  setTo(f, part, scratch);
  // Calls of the function by different threads begin at different tasks.
  setPointer(f, memory, part, 1, taskBytes);
  advance(f, memory, division.taskOffset);
  const parts: readonly (readonly [LocalId, keyof typeof at])[] = [
    [keyPanels, 'keyPanels'],
    [copiedKeys, 'keys'],
    [values, 'values'],
    [copiedQueries, 'queries'],
    [copiedCotangents, 'cotangents'],
    [scores, 'scores'],
    [changes, 'changes'],
    [keySums, 'keySums'],
    [valueSums, 'valueSums'],
  ];
  for (const [local, name] of parts) {
    f.get(memory).set(local);
    advance(f, local, at[name]);
  }

  const keyRows = rowsOf(matrixOf(key, features), queryRow, { rows: null, panels: true });
  const queryRows = rowsOf(matrixOf(query, features), queryRow, { rows: queries, panels: true });
  const cotangentRows = rowsOf(matrixOf(gradient, width), valueRow, { rows: queries, panels: true });
  const score = productFunction(module, {
    left: queryRows,
    right: { panel: 4 * PANEL * features, term: 4 * PANEL },
    result: scoreRow,
    adds: false,
    factor: scale,
  });
  const change = productFunction(module, {
    left: cotangentRows,
    right: { panel: 4 * PANEL * width, term: 4 * PANEL },
    result: scoreRow,
    adds: false,
  });
  const addToKeys = (right: Rows, result: number) =>
    productFunction(module, {
      left: { row: 4, term: scoreRow },
      right: { panel: 4 * PANEL, term: right.row },
      result,
      adds: true,
    });
  const addToQueries = productFunction(module, {
    left: { row: scoreRow, term: 4 },
    right: { panel: 4 * PANEL, term: keyRows.row },
    result: queryRow,
    adds: true,
  });
  const keyPanelsOf = transposeRowsFunction(module, matrixOf(key, features));
  const valuePanelsOf = transposeRowsFunction(module, matrixOf(value, width));
  const storeKeys = copyRowsFunction(module, { row: queryRow, column: 4, columns: features }, 4 * features, scale);
  const storeValues = copyRowsFunction(module, { row: valueRow, column: 4, columns: width }, 4 * width);
  const probabilities = probabilitiesFunction(support, scoreRow, 4 * mean.rowStride);

  const float = (operand: typeof query, slot: number) => ({ operand, slot, bytes: 4 });
  const given = [
    float(query, operands[0]),
    float(key, operands[1]),
    float(value, operands[2]),
    float(gradient, operands[3]),
    float(mean, operands[4]),
    ...(mask === null ? [] : [{ operand: mask, slot: operands[6], bytes: mask.isAdded ? 4 : 1 }]),
  ];
  eachItem(f, division, batch, given, ({ item, matrix, chunk, pointers }) => {
    const [queryMatrix, keyMatrix, valueMatrix, gradientMatrix, meanMatrix, maskMatrix = null] = pointers;
    setTo(f, part, scratch);
    setPointer(f, part, part, item, division.partBytes);
    f.get(part).i32(0).i32(division.partBytes).fill();
    f.get(chunk).i32(keysPerItem).op('i32.mul').tee(firstKey).i32(keysPerItem).op('i32.add').set(lastKey);
    limitTo(f, lastKey, keys);

    const blockOfQueries = (): void => {
      setRest(f, rows, blockRows, queries, first);
      setTo(f, statistics, slotAddress(operands[5], 0));
      f.get(matrix).i32(queries).op('i32.mul').get(first).op('i32.add').set(row);
      setPointer(f, statistics, statistics, row, 8);
      setRest(f, blockLength, blockKeys, keys, firstKey);
      f.block((skip) => {
        skipLaterKeys(f, attributes, block, () => pushHidesLater(f, statistics, rows, 8), skip);
        pushCeil(f, blockLength, PANEL).i32(PANEL).op('i32.mul').set(columns);
        placeRows(f, module, queryRows, { matrix: queryMatrix, first, rows }, copiedQueries, blockQueries);
        placeRows(f, module, cotangentRows, { matrix: gradientMatrix, first, rows }, copiedCotangents, cotangents);
        const multiplied = (left: LocalId, right: LocalId, result: LocalId): FunctionBuilder => {
          f.get(left).get(right).get(result);
          pushCeil(f, rows, 4);
          return pushCeil(f, blockLength, PANEL);
        };
        multiplied(blockQueries, keyPanels, scores).i32(features).call(score);
        multiplied(cotangents, values, changes).i32(width).call(change);
        maskScores(f, support, attributes, scoreRow, block, maskMatrix);
        setRow(f, means, meanMatrix, first, mean);
        f.get(scores).get(changes).get(rows).get(columns).get(statistics).get(means).call(probabilities);
        hide(f, module, attributes, scoreRow, block, changes, maskMatrix, 0);
        const added = (left: LocalId, right: LocalId, result: LocalId, form: Rows, rowBytes: number): void => {
          f.get(left).get(right).get(result);
          pushCeil(f, blockLength, 4)
            .i32(rowBytes / (4 * PANEL))
            .get(rows)
            .call(addToKeys(form, rowBytes));
        };
        added(scores, cotangents, valueSums, cotangentRows, valueRow);
        added(changes, blockQueries, keySums, queryRows, queryRow);
        setPointer(f, sums, part, first, queryRow);
        f.get(changes).get(blockOfKeys).get(sums);
        pushCeil(f, rows, 4)
          .i32(queryRow / (4 * PANEL))
          .get(blockLength)
          .call(addToQueries);
      });
    };
    forRange(
      f,
      firstKey,
      (g) => g.get(firstKey),
      (g) => g.get(lastKey),
      blockKeys,
      () => {
        setRest(f, blockLength, blockKeys, keys, firstKey);
        setRow(f, from, keyMatrix, firstKey, key);
        f.get(from).get(keyPanels).get(blockLength).call(keyPanelsOf);
        placeRows(
          f,
          module,
          keyRows,
          { matrix: keyMatrix, first: firstKey, rows: blockLength },
          copiedKeys,
          blockOfKeys,
        );
        setRow(f, from, valueMatrix, firstKey, value);
        f.get(from).get(values).get(blockLength).call(valuePanelsOf);
        for (const [local, bytes] of [
          [keySums, queryRow],
          [valueSums, valueRow],
        ])
          f.get(local)
            .i32(0)
            .i32(blockKeys * bytes)
            .fill();
        forRange(f, first, 0, queries, blockRows, blockOfQueries);
        setRest(f, blockLength, blockKeys, keys, firstKey);
        f.get(matrix).i32(keys).op('i32.mul').get(firstKey).op('i32.add').set(row);
        const store = (source: LocalId, result: number, columns: number, copy: typeof storeKeys): void => {
          setTo(f, from, slotAddress(result, 0));
          setPointer(f, from, from, row, 4 * columns);
          f.get(source).get(from).get(blockLength).call(copy);
        };
        store(keySums, keyResult, features, storeKeys);
        store(valueSums, valueResult, width, storeValues);
      },
    );
  });
  addParts(begin(`${name} sums`, division.matrices, false), attributes, division, scratch, results[0]);
  return { passing: division.taskOffset + tasks * taskBytes, kept: 0 };
}

/** Writes the function that adds the gradients of the queries of the items of each matrix, times the scale. */
function addParts(
  f: FunctionBuilder,
  { queries, features, scale }: AttentionGradientAttributes,
  { chunks, partBytes, queryRow }: GradientDivision,
  scratch: Emit,
  result: number,
): void {
  const [matrix, row, c, from, to, at] = f.locals('i32', 6);
  setTo(f, to, slotAddress(result, 0));
  setPointer(f, to, to, 1, 4 * queries * features);
  const inVectors = features - (features % 4);
  forRange(
    f,
    matrix,
    (g) => g.get(1),
    (g) => g.get(2),
    1,
    () => {
      setTo(f, from, scratch);
      setPointer(f, from, from, matrix, chunks * partBytes);
      forRange(f, row, 0, queries, 1, () => {
        f.get(from).set(at);
        addAll('v128', 0, inVectors);
        addAll('f32', inVectors, features);
        advance(f, from, queryRow);
      });
    },
  );

  /** Writes code that adds the elements of a row from `begin` to `end`, of which a value of the given type holds `count`. */
  function addAll(type: 'v128' | 'f32', begin: number, end: number): void {
    const [count, operation] = type === 'v128' ? ([4, 'f32x4'] as const) : ([1, 'f32'] as const);
    const sum = f.local(type);
    forRange(f, c, begin, end, count, () => {
      f.get(at).load(`${type}.load`).set(sum);
      for (let part = 1; part < chunks; part++) {
        f.get(sum)
          .get(at)
          .load(`${type}.load`, part * partBytes)
          .op(`${operation}.add`)
          .set(sum);
      }
      f.get(to).get(sum);
      if (type === 'v128') f.f32x4(scale);
      else f.f32(scale);
      f.op(`${operation}.mul`).store(`${type}.store`);
      advance(f, at, 4 * count);
      advance(f, to, 4 * count);
    });
  }
}
