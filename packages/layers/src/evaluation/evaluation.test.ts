import { describe, expect, test } from '@jest/globals';
import { hostArray, tensor } from '@manabi/core';
import {
  accuracyScore,
  areaUnderCurve,
  averagePrecisionScore,
  classificationReport,
  confusionMatrix,
  meanSquaredError,
  precisionRecallFscore,
  r2Score,
  rocAucScore,
  rocCurve,
} from './index.ts';

const argument = expect.objectContaining({ code: 'argument' });
const shape = expect.objectContaining({ code: 'shape' });

describe('labels', () => {
  test('may be arrays, typed arrays, host arrays, booleans and strings', () => {
    const column = hostArray('uint8', [4, 1], Uint8Array.of(0, 1, 1, 0));
    expect(accuracyScore(column, [false, true, true, true])).toBe(0.75);
    expect(accuracyScore(Int32Array.of(0, 1), hostArray('float32', [2], Float32Array.of(0, 1)))).toBe(1);
  });

  test('rejects scores in place of labels', () => {
    expect(() => accuracyScore([0, 1], [0.2, 0.8])).toThrow(
      /`yPred\[0\]` must be a class label.* Convert scores to labels/,
    );
    expect(() => accuracyScore([0, 1], hostArray('float32', [2, 2], new Float32Array(4)))).toThrow(shape);
    // @ts-expect-error a tensor is not an array
    expect(() => accuracyScore([0, 1], tensor([0, 1]))).toThrow(/await tensor\.data\(\)/);
  });

  test('rejects numbers beside strings, which never match', () => {
    expect(() => accuracyScore([0, 1], ['0', '1'])).toThrow(/all numbers or all strings/);
    expect(() => confusionMatrix([0, 'cat'], [0, 1])).toThrow(argument);
  });

  test('rejects different lengths, no samples, and weights of zero', () => {
    expect(() => accuracyScore([0, 1], [0])).toThrow(shape);
    expect(() => accuracyScore([], [])).toThrow(argument);
    expect(() => accuracyScore([0], [0], { sampleWeight: [0] })).toThrow(argument);
    expect(() => accuracyScore([0], [0], { sampleWeight: [Number.NaN] })).toThrow(argument);
  });
});

describe('ConfusionMatrix', () => {
  test('prints an aligned table', () => {
    const matrix = confusionMatrix(['cat', 'dog', 'dog', 'horse'], ['cat', 'cat', 'dog', 'horse']);
    expect(`\n${matrix}`).toBe(`
      │ predicted
 true │   cat    dog  horse
──────┼─────────────────────
  cat │     1      0      0
  dog │     1      1      0
horse │     0      0      1`);
    expect(String(confusionMatrix([0, 1, 1], [0, 1, 0], { normalize: 'true' }))).toContain('1 │ 0.50  0.50');
  });

  test('aligns Japanese class names, which take two columns per character', () => {
    const lines = String(confusionMatrix(['猫', 'dog'], ['猫', 'dog'])).split('\n');
    expect(lines[3]).toBe(' dog │   1    0');
    expect(lines[4]).toBe('  猫 │   0    1');
  });

  test('rejects labels that do not occur, and duplicates', () => {
    expect(() => confusionMatrix([0, 1], [0, 1], { labels: [5] })).toThrow(/must occur in `yTrue`/);
    expect(() => confusionMatrix([0, 1], [0, 1], { labels: [0, 0] })).toThrow(/each class once/);
    expect(() => confusionMatrix([0, 1], [0, 1], { labels: [] })).toThrow(argument);
  });
});

describe('precisionRecallFscore and classificationReport', () => {
  test("rejects average: 'binary' for three classes, and a positive class that does not occur", () => {
    expect(() => precisionRecallFscore([0, 1, 2], [0, 1, 2], { average: 'binary' })).toThrow(
      /needs two classes; got 3/,
    );
    expect(() => precisionRecallFscore([2, 3], [2, 3], { average: 'binary' })).toThrow(
      /must be one of the labels 2, 3/,
    );
  });

  test('rejects options that have no effect on the average', () => {
    const binary = { average: 'binary', labels: [0] } as const;
    expect(() => precisionRecallFscore([0, 1], [0, 1], binary)).toThrow(/`labels` has no effect/);
    expect(() => precisionRecallFscore([0, 1], [0, 1], { average: 'macro', posLabel: 0 })).toThrow(
      /`posLabel` has no effect/,
    );
    expect(() => precisionRecallFscore([0, 1], [0, 1], { posLabel: 0 })).toThrow(argument);
  });

  test('returns the scores as an object', () => {
    const report = classificationReport(['cat', 'dog', 'dog'], ['cat', 'cat', 'dog'], { labels: ['dog'] });
    expect(report.accuracy).toBeNull();
    expect(report.classes.dog).toEqual({ precision: 1, recall: 0.5, fscore: 2 / 3, support: 2 });
    expect(report.microAverage).toEqual(report.classes.dog);
    expect(() => classificationReport([0, 1], [0, 1], { targetNames: ['one'] })).toThrow(/each of the 2 classes/);
    expect(() => classificationReport([0, 1], [0, 1], { targetNames: ['one', 'one'] })).toThrow(/'one' twice/);
  });
});

describe('curves and rankings', () => {
  test('requires the positive class unless labels are 0 and 1, or -1 and 1', () => {
    expect(() => rocCurve(['no', 'yes'], [0, 1])).toThrow(/`posLabel` is required/);
    expect(() => rocCurve([1, 2], [0, 1])).toThrow(argument);
    expect(rocCurve([1, 2], [0, 1], { posLabel: 2 }).tpr).toEqual([0, 1, 1]);
  });

  test('rejects scores that are not finite', () => {
    expect(() => rocCurve([0, 1], [0, Number.NaN])).toThrow(/`yScore\[1\]` must be a finite number/);
  });

  test('rejects what scikit-learn does not define', () => {
    const rows = [
      [0.5, 0.25, 0.25],
      [0.25, 0.5, 0.25],
      [0.25, 0.25, 0.5],
    ];
    expect(() => rocAucScore([0, 1, 2], rows)).toThrow(/`multiClass` is required/);
    expect(() => rocAucScore([0, 1, 2], rows, { multiClass: 'ovr', maxFpr: 0.5 })).toThrow(
      /only defined for two classes/,
    );
    expect(() => rocAucScore([0, 1, 2], rows, { multiClass: 'ovo', average: 'micro' })).toThrow(argument);
    expect(() => rocAucScore([0, 1, 1], rows, { multiClass: 'ovr' })).toThrow(/has 3 columns/);
    expect(() =>
      rocAucScore(
        [0, 1, 2],
        [
          [1, 2, 3],
          [1, 2, 3],
          [1, 2, 3],
        ],
        { multiClass: 'ovr' },
      ),
    ).toThrow(/sum to 1/);
    expect(() =>
      rocAucScore(
        [0, 1, 1],
        [
          [0.5, 0.5],
          [0, 1],
          [0, 1],
        ],
      ),
    ).toThrow(/column of the positive class/);
    expect(() => averagePrecisionScore([0, 1, 2], rows, { posLabel: 2 })).toThrow(argument);
  });

  test('areaUnderCurve accepts ascending and descending coordinates only', () => {
    expect(areaUnderCurve([1, 0.5, 0], [1, 1, 0])).toBe(0.75);
    expect(() => areaUnderCurve([0, 1, 0.5], [0, 1, 1])).toThrow(/ascending or descending/);
    expect(() => areaUnderCurve([0], [0])).toThrow(argument);
  });
});

describe('regression scores', () => {
  test('accept rows and columns of host arrays', () => {
    expect(meanSquaredError(hostArray('float32', [2, 1], Float32Array.of(1, 2)), [1, 4])).toBe(2);
    const rows = [Float32Array.of(1, 2), Float32Array.of(3, 4)];
    expect(
      r2Score(rows, [
        [1, 2],
        [3, 4],
      ]),
    ).toBe(1);
  });

  test('reject arrays of different shapes, and a wrong number of weights', () => {
    expect(() => meanSquaredError([[1, 2]], [[1]])).toThrow(/2 outputs per sample/);
    expect(() =>
      meanSquaredError(
        [[1, 2], [1]],
        [
          [1, 2],
          [1, 2],
        ],
      ),
    ).toThrow(/same length/);
    expect(() => meanSquaredError([[1, 2]], [[1, 2]], { multioutput: [1] })).toThrow(argument);
  });
});
