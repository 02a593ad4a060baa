import type { AttentionAttributes, RoutineStep } from '@manabi/compiler';
import { slotAddress } from '../../runtime/slot-address.ts';
import { scratchSlot } from '../../runtime/table.ts';
import { type FunctionBuilder, forRange, type LocalId, limitTo } from '../../wasm/index.ts';
import { advance, setPointer, setTo } from '../addressing.ts';
import type { RoutineEmission, ScratchBytes } from '../emission.ts';
import { maskScores, matrixOf, pushHidesLater, skipLaterKeys } from './block.ts';
import { attentionDivision } from './division.ts';
import { eachItem, pushCeil, setRest, setRow } from './items.ts';
import { placeRows, rowsOf, storeRowsFunction, transposeRowsFunction } from './pack.ts';
import { PANEL, productFunction } from './product.ts';
import { softmaxFunction } from './weights.ts';

/**
 * Writes the function of attention. An item is a part of the queries of a matrix. Blocks of its scores are computed for one
 * block of keys after the other; see `softmaxFunction`. If the step has a second result, the function stores the largest score
 * of each query and the reciprocal of the sum of its weights there, for the gradient.
 */
export function emitAttention(
  { attributes, operands, results: [result, statistics] }: RoutineStep<AttentionAttributes>,
  { support, plan, name, begin }: RoutineEmission,
): ScratchBytes {
  const { module } = support;
  const { batch, queries, keys, features, width, scale, causal, query, key, value, mask } = attributes;
  const division = attentionDivision(attributes);
  const { rows: rowsPerItem, blockRows, blockKeys, scoreRow, queryRow, valueRow, at, tasks, taskBytes } = division;
  const f = begin(name, tasks, false);
  const [memory, chunkRow, itemRows, blockRow, largest, sums, from] = f.locals('i32', 7);
  const [keyPanels, values, copied, blockQueries, blockValues] = f.locals('i32', 5);
  const [scores, first, firstKey, rows, blockLength, columns] = f.locals('i32', 6);
  const block = { scores, query: first, key: firstKey, rows, keys: blockLength, columns };
  // Calls of the function by different threads begin at different tasks.
  setPointer(f, memory, scratchBase(f, scratchSlot(plan)), 1, taskBytes);
  const part = (local: LocalId, name: keyof typeof at): void => {
    f.get(memory).set(local);
    advance(f, local, at[name]);
  };
  part(keyPanels, 'keys');
  part(values, 'values');
  part(copied, 'queries');
  part(scores, 'scores');

  const queryRows = rowsOf(matrixOf(query, features), queryRow, { rows: queries, panels: false });
  const valueRows = rowsOf(matrixOf(value, width), valueRow, { rows: null, panels: true });
  const score = productFunction(module, {
    left: queryRows,
    right: { panel: PANEL * queryRow, term: 4 * PANEL },
    result: scoreRow,
    adds: false,
    factor: scale,
  });
  const average = productFunction(module, {
    left: { row: scoreRow, term: 4 },
    right: { panel: 4 * PANEL, term: valueRows.row },
    result: valueRow,
    adds: true,
  });
  const copyKeys = transposeRowsFunction(module, matrixOf(key, features));
  const softmax = softmaxFunction(support, { row: scoreRow, sumRow: valueRow, totals: at.totals - at.largest });
  const store = storeRowsFunction(module, valueRow, width, 4);

  const given = [
    { operand: query, slot: operands[0], bytes: 4 },
    { operand: key, slot: operands[1], bytes: 4 },
    { operand: value, slot: operands[2], bytes: 4 },
    ...(mask === null ? [] : [{ operand: mask, slot: operands[3], bytes: mask.isAdded ? 4 : 1 }]),
  ];
  // Without a mask, keys after the last query are skipped. If a query attends to no other key with a weight, for example because
  // its scores are -Infinity, hidden keys have weights, as in the body, and the item is computed again with all keys.
  const skipsLater = causal && mask === null;
  const readsAll = f.local('i32');
  const pushHides = (): void => {
    if (skipsLater) f.get(readsAll).op('i32.eqz');
    else pushHidesLater(f, largest, rows, 4);
  };
  eachItem(f, division, batch, given, ({ matrix, chunk, pointers }) => {
    const [queryMatrix, keyMatrix, valueMatrix, maskMatrix = null] = pointers;
    f.get(chunk).i32(rowsPerItem).op('i32.mul').set(chunkRow);
    setRest(f, itemRows, rowsPerItem, queries, chunkRow);
    const overKeys = (): void => {
      part(sums, 'sums');
      f.get(sums)
        .i32(0)
        .i32(rowsPerItem * valueRow)
        .fill();
      part(largest, 'largest');
      forRange(f, rows, 0, rowsPerItem, 1, () => {
        f.get(largest).f32(Number.NEGATIVE_INFINITY).store('f32.store');
        f.get(largest)
          .f32(0)
          .store('f32.store', at.totals - at.largest);
        advance(f, largest, 4);
      });

      forRange(f, firstKey, 0, keys, blockKeys, () => {
        const blockOfQueries = (): void => {
          f.get(chunkRow).get(blockRow).op('i32.add').set(first);
          f.get(itemRows).get(blockRow).op('i32.sub').set(rows);
          limitTo(f, rows, blockRows);
          part(largest, 'largest');
          setPointer(f, largest, largest, blockRow, 4);
          part(sums, 'sums');
          setPointer(f, sums, sums, blockRow, valueRow);
          setRest(f, blockLength, blockKeys, keys, firstKey);
          f.block((skip) => {
            skipLaterKeys(f, attributes, block, pushHides, skip);
            pushCeil(f, blockLength, PANEL).i32(PANEL).op('i32.mul').set(columns);
            placeRows(f, module, queryRows, { matrix: queryMatrix, first, rows }, copied, blockQueries);
            f.get(blockQueries).get(keyPanels).get(scores);
            pushCeil(f, rows, 4);
            pushCeil(f, blockLength, PANEL).i32(features).call(score);
            maskScores(f, support, attributes, scoreRow, block, maskMatrix);
            f.get(scores).get(rows).get(columns).get(largest).get(sums).call(softmax);
            f.get(scores).get(blockValues).get(sums);
            pushCeil(f, rows, 4)
              .i32(valueRow / (4 * PANEL))
              .get(blockLength)
              .call(average);
          });
        };
        f.block((skip) => {
          if (skipsLater) {
            f.get(firstKey).get(chunkRow).get(itemRows).op('i32.add', 'i32.ge_s');
            f.get(readsAll).op('i32.eqz', 'i32.and').brIf(skip);
          }
          setRest(f, blockLength, blockKeys, keys, firstKey);
          setRow(f, from, keyMatrix, firstKey, key);
          f.get(from).get(keyPanels).get(blockLength).call(copyKeys);
          placeRows(
            f,
            module,
            valueRows,
            { matrix: valueMatrix, first: firstKey, rows: blockLength },
            values,
            blockValues,
          );
          forRange(f, blockRow, 0, (g) => g.get(itemRows), blockRows, blockOfQueries);
        });
      });
    };
    if (skipsLater) {
      f.i32(0).set(readsAll);
      f.loop((again) => {
        overKeys();
        part(largest, 'largest');
        pushHidesLater(f, largest, itemRows, 4);
        f.get(readsAll)
          .op('i32.or', 'i32.eqz')
          .if(() => {
            f.i32(1).set(readsAll).br(again);
          });
      });
    } else {
      overKeys();
    }

    const row = f.local('i32');
    f.get(matrix).i32(queries).op('i32.mul').get(chunkRow).op('i32.add').set(row);
    part(largest, 'largest');
    forRange(
      f,
      rows,
      0,
      (g) => g.get(itemRows),
      1,
      () => {
        f.get(largest)
          .f32(1)
          .get(largest)
          .load('f32.load', at.totals - at.largest)
          .op('f32.div');
        f.store('f32.store', at.totals - at.largest);
        advance(f, largest, 4);
      },
    );
    part(sums, 'sums');
    f.get(sums);
    setTo(f, from, slotAddress(result, 0));
    setPointer(f, from, from, row, 4 * width);
    f.get(from).get(itemRows);
    part(from, 'totals');
    f.get(from).call(store);
    if (statistics !== undefined) {
      setTo(f, from, slotAddress(statistics, 0));
      setPointer(f, from, from, row, 8);
      part(largest, 'largest');
      forRange(
        f,
        rows,
        0,
        (g) => g.get(itemRows),
        1,
        () => {
          f.get(from).get(largest).load('f32.load').store('f32.store');
          f.get(from)
            .get(largest)
            .load('f32.load', at.totals - at.largest)
            .store('f32.store', 4);
          advance(f, from, 8);
          advance(f, largest, 4);
        },
      );
    }
  });
  return { passing: tasks * taskBytes, kept: 0 };
}

/** Returns a local with the address of the scratch memory. */
function scratchBase(f: FunctionBuilder, slot: number): LocalId {
  const base = f.local('i32');
  setTo(f, base, slotAddress(slot, 0));
  return base;
}
