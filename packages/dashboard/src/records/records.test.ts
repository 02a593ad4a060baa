import { describe, expect, test } from '@jest/globals';
import { History } from './history.ts';
import { RecordHub } from './hub.ts';
import { decodeRecord, decodeRecords, encodeRecord } from './json-lines.ts';
import type { DashboardRecord, RecordType } from './record.ts';
import { recordKinds } from './record-kinds.ts';
import { RunNames } from './run-names.ts';
import { type MessageEnd, workerSink, workerSource } from './worker-channel.ts';

const ended: DashboardRecord = { type: 'ended', run: 'a', time: 1, outcome: 'finished', message: '' };

/** A record of each type. */
const examples: { readonly [T in RecordType]: DashboardRecord } = {
  started: {
    type: 'started',
    run: 'a',
    version: 1,
    time: 0,
    model: {
      name: 'net',
      className: 'Sequential',
      layers: [{ name: 'dense', className: 'Dense', outputShape: '[null, 1]', parameters: 2, trainable: true }],
      parameters: 2,
      trainableParameters: 2,
    },
    compile: { optimizer: 'sgd', loss: 'mse', metrics: [] },
    backend: 'cpu',
    epochs: 2,
    steps: Number.POSITIVE_INFINITY,
  },
  batch: { type: 'batch', run: 'a', time: 1, epoch: 0, batch: 3, values: { loss: Number.NaN }, learningRate: 0.1 },
  epoch: {
    type: 'epoch',
    run: 'a',
    time: 2,
    epoch: 0,
    batches: 4,
    values: { loss: Number.NEGATIVE_INFINITY, number: Number.NaN },
    learningRate: 1e-7,
    seconds: 0.5,
  },
  histograms: {
    type: 'histograms',
    run: 'a',
    epoch: 0,
    of: 'gradients',
    tensors: [
      { name: 'w', size: 3, counted: 3, notFinite: 1, min: -1, max: 1, mean: 0, deviation: 1, counts: [1, 0, 1] },
    ],
  },
  confusion: {
    type: 'confusion',
    run: 'a',
    epoch: 0,
    data: 'validation',
    output: 'dense',
    classes: ['NaN', '</script>'],
    classCount: 2,
    samples: 3,
    correct: 2,
    counts: [
      [1, 1],
      [0, 1],
    ],
  },
  samples: {
    type: 'samples',
    run: 'a',
    epoch: 0,
    data: 'training batch',
    samples: [
      {
        index: 4,
        inputs: [
          { kind: 'image', height: 1, width: 2, channels: 1, pixels: 'AP8=' },
          { kind: 'numbers', shape: [2], values: [1, Number.NaN] },
        ],
        outputs: [
          { kind: 'class', output: 'dense', truth: 'cat', prediction: 'dog', score: 0.5, correct: false },
          { kind: 'numbers', output: 'size', truth: null, prediction: [1] },
        ],
      },
    ],
  },
  trace: {
    type: 'trace',
    run: 'a',
    epoch: 0,
    clock: 'host',
    steps: [{ name: 'dot', depth: 0, runs: 1, operations: 8, bytes: 16, milliseconds: null }],
  },
  ended,
};

describe('encodeRecord and decodeRecord', () => {
  test.each(Object.values(examples))('preserve a record of type $type in one line', (record) => {
    const line = encodeRecord(record);
    expect(line).not.toContain('\n');
    expect(decodeRecord(line)).toEqual(record);
  });

  test('have a validator for each type of records', () => {
    expect(Object.keys(examples).sort()).toEqual(Object.keys(recordKinds).sort());
  });

  test('reject values that are not records, with the field', () => {
    const failing = [
      ['{}', 'line'],
      ['[]', 'line'],
      ['{"type":"loss","run":"a"}', 'line'],
      ['{"type":"ended","run":"a","time":0,"outcome":"won","message":""}', 'line.outcome'],
      ['{"type":"ended","run":"a","time":0,"outcome":"failed"}', 'line.message'],
      [encodeRecord(examples.samples).replace('"kind":"image"', '"kind":"sound"'), 'line.samples[0].inputs[0]'],
    ];
    for (const [line, name] of failing) {
      expect(() => decodeRecord(line)).toThrow(
        expect.objectContaining({ code: 'argument', data: expect.objectContaining({ name }) }),
      );
    }
  });

  test('reject a newer version of the format', () => {
    const line = encodeRecord(examples.started).replace('"version":1', '"version":2');
    expect(() => decodeRecord(line)).toThrow(
      expect.objectContaining({ code: 'data', data: { version: 2, supported: 1 } }),
    );
  });
});

describe('decodeRecords', () => {
  test('reads a file, and ignores an incomplete last line', () => {
    const lines = Object.values(examples).map(encodeRecord);
    const text = `${lines.join('\n')}\n`;
    expect(decodeRecords(text)).toEqual(Object.values(examples));
    expect(decodeRecords(text.slice(0, -20))).toEqual(Object.values(examples).slice(0, -1));
    expect(decodeRecords('')).toEqual([]);
  });

  test('names the line that is not a record', () => {
    const text = `${encodeRecord(ended)}\n{"type":\n${encodeRecord(ended)}\n`;
    expect(() => decodeRecords(text, 'run.jsonl')).toThrow(
      expect.objectContaining({ code: 'data', data: { source: 'run.jsonl', line: 2 } }),
    );
  });
});

const batch = (number: number, run = 'a'): DashboardRecord => ({
  type: 'batch',
  run,
  time: number,
  epoch: 0,
  batch: number,
  values: { loss: 1 / number },
  learningRate: 0.1,
});

describe('History', () => {
  test('keeps at most 1,000 batches of each run, among them the first and the last one', () => {
    const history = new History();
    for (let i = 0; i < 10_000; i++) {
      history.add(batch(i, 'a'));
      if (i < 10) history.add(batch(i, 'b'));
    }
    const [a, b] = ['a', 'b'].map((name) => history.records.filter(({ run }) => run === name));
    expect(a.length).toBeGreaterThanOrEqual(500);
    expect(a.length).toBeLessThanOrEqual(1000);
    expect([a[0], a.at(-1)]).toEqual([batch(0), batch(9999)]);
    expect(a.map((record) => (record.type === 'batch' ? record.batch : -1))).toEqual(
      [...a].map((record) => (record.type === 'batch' ? record.batch : -1)).sort((x, y) => x - y),
    );
    expect(b).toHaveLength(10);
  });

  test('keeps only the last confusion matrix of each output, and the last samples', () => {
    const history = new History();
    for (const epoch of [0, 1, 2]) {
      history.add({ ...examples.confusion, epoch } as DashboardRecord);
      history.add({ ...examples.confusion, epoch, output: 'other' } as DashboardRecord);
      history.add({ ...examples.samples, epoch } as DashboardRecord);
    }
    expect(history.records.map((record) => ('epoch' in record ? record.epoch : null))).toEqual([2, 2, 2]);
  });
});

describe('RecordHub', () => {
  test('passes earlier and later records to each subscriber until it ends', () => {
    const hub = new RecordHub();
    const seen: DashboardRecord[][] = [[], []];
    hub.write(batch(1));
    const end = hub.subscribe((record) => seen[0].push(record));
    hub.write(batch(2));
    hub.subscribe((record) => seen[1].push(record));
    end();
    hub.write(ended);
    expect(seen).toEqual([
      [batch(1), batch(2)],
      [batch(1), batch(2), ended],
    ]);
  });

  test('passes requests to stop to its listeners', () => {
    const hub = new RecordHub();
    const runs: string[] = [];
    const end = hub.onStop((run) => runs.push(run));
    hub.stop('a');
    end();
    hub.stop('b');
    expect(runs).toEqual(['a']);
  });
});

describe('RunNames', () => {
  test('names each run of several sources, and each beginning of a run, differently', () => {
    const names = new RunNames();
    const [first, second] = [names.reader(), names.reader()];
    const { started } = examples;
    const renamed = [first(started), first(ended), second(started), first(started), first(ended), second(ended)];
    expect(renamed.map(({ run }) => run)).toEqual(['a', 'a', 'a (2)', 'a (3)', 'a (3)', 'a (2)']);
    expect([names.ownName('a (3)', first), names.ownName('a (3)', second), names.ownName('b', first)]).toEqual([
      'a',
      null,
      null,
    ]);
  });
});

describe('workerSink and workerSource', () => {
  /** Two ends whose messages arrive at the other end as structured clones. */
  function ends(): readonly [MessageEnd, MessageEnd] {
    type Listener = (event: { readonly data: unknown }) => void;
    const listeners: readonly Set<Listener>[] = [new Set(), new Set()];
    const end = (own: number): MessageEnd => ({
      postMessage: (message) => {
        for (const listener of listeners[1 - own]) listener({ data: structuredClone(message) });
      },
      addEventListener: (_, listener) => void listeners[own].add(listener),
      removeEventListener: (_, listener) => void listeners[own].delete(listener),
    });
    return [end(0), end(1)];
  }

  test('pass records to the page and requests to stop to the worker, beside other messages', () => {
    const [inWorker, inPage] = ends();
    const source = workerSource(inPage);
    const sink = workerSink(inWorker);
    const stopped: string[] = [];
    const end = sink.onStop?.((run) => stopped.push(run));
    inWorker.postMessage('hello');
    inPage.postMessage({ other: 1 });
    sink.write(examples.epoch);
    const seen: DashboardRecord[] = [];
    source.subscribe((record) => seen.push(record));
    sink.write(ended);
    source.stop?.('a');
    end?.();
    source.stop?.('b');
    expect(seen).toEqual([examples.epoch, ended]);
    expect(stopped).toEqual(['a']);
  });
});
