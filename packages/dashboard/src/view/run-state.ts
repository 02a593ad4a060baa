import type {
  BatchRecord,
  ConfusionRecord,
  DashboardRecord,
  EndedRecord,
  EpochRecord,
  HistogramsRecord,
  SamplesRecord,
  StartedRecord,
  TraceRecord,
} from '../records/record.ts';

/** The records of a run, sorted by what they show. */
export interface RunState {
  readonly name: string;
  started: StartedRecord | null;
  ended: EndedRecord | null;
  readonly batches: BatchRecord[];
  readonly epochs: EpochRecord[];
  /** Histograms by epoch. */
  readonly histograms: Map<number, { weights: HistogramsRecord | null; gradients: HistogramsRecord | null }>;
  /** The last confusion matrix of each output. */
  readonly confusions: Map<string, ConfusionRecord>;
  samples: SamplesRecord | null;
  trace: TraceRecord | null;
}

/** Returns a run without records. */
export function emptyRun(name: string): RunState {
  return {
    name,
    started: null,
    ended: null,
    batches: [],
    epochs: [],
    histograms: new Map(),
    confusions: new Map(),
    samples: null,
    trace: null,
  };
}

/** Adds a record to its run. */
export function addRecord(state: RunState, record: DashboardRecord): void {
  switch (record.type) {
    case 'started':
      state.started = record;
      break;
    case 'batch':
      state.batches.push(record);
      break;
    case 'epoch':
      state.epochs.push(record);
      break;
    case 'histograms': {
      const both = state.histograms.get(record.epoch) ?? { weights: null, gradients: null };
      both[record.of] = record;
      state.histograms.set(record.epoch, both);
      break;
    }
    case 'confusion':
      state.confusions.set(record.output, record);
      break;
    case 'samples':
      state.samples = record;
      break;
    case 'trace':
      state.trace = record;
      break;
    case 'ended':
      state.ended = record;
      break;
  }
}

/** A point of a curve: epochs since the start of the training, and a value. */
export type Point = readonly [x: number, y: number];

/** A curve of a value over the epochs of a run. */
export interface Curve {
  /** Name of the value, without the prefix of validations. */
  readonly name: string;
  readonly isValidation: boolean;
  readonly points: readonly Point[];
}

/** Returns the curves of a run: losses, metrics and the learning rate. */
export function curvesOf({ started, batches, epochs }: RunState): readonly Curve[] {
  const perEpoch = started?.steps ?? epochs.at(-1)?.batches ?? Math.max(0, ...batches.map(({ batch }) => batch + 1));
  const rows = [
    ...batches.map(({ epoch, batch, values, learningRate }) => ({
      x: epoch + Math.min(1, (batch + 1) / perEpoch),
      values,
      learningRate,
    })),
    ...epochs.map(({ epoch, values, learningRate }) => ({ x: epoch + 1, values, learningRate })),
  ].sort((a, b) => a.x - b.x);
  const curves = new Map<string, { name: string; isValidation: boolean; points: Point[] }>();
  const add = (key: string, name: string, isValidation: boolean, point: Point): void => {
    const curve = curves.get(key) ?? { name, isValidation, points: [] };
    curve.points.push(point);
    curves.set(key, curve);
  };
  for (const { x, values, learningRate } of rows) {
    for (const [key, value] of Object.entries(values)) {
      const isValidation = /^val[A-Z]/.test(key);
      add(key, isValidation ? `${key.charAt(3).toLowerCase()}${key.slice(4)}` : key, isValidation, [x, value]);
    }
    add('learningRate', 'learningRate', false, [x, learningRate]);
  }
  return [...curves.values()];
}
