/** The backend that the reader chose. */
export type BackendChoice = 'auto' | 'cpu' | 'webgpu';

/** A file format in which the page offers a trained model. */
export type ModelFormat = 'keras' | 'onnx';

/** A program to run. */
export interface RunRequest {
  readonly type: 'run';
  /** Address of a compiled module. */
  readonly url: string;
  readonly backend: BackendChoice;
  /** Scalar operations of one training step, if known; automatic choices use the CPU for small networks. */
  readonly operations: number | null;
  /** Values for the options of the program, instead of its defaults. */
  readonly options: Readonly<Record<string, number | string>>;
}

/** What the page sends to the worker. */
export type ToWorker =
  | RunRequest
  | { readonly type: 'save'; readonly format: ModelFormat }
  /** For a demo: what the reader entered, and whether training waits. */
  | { readonly type: 'input'; readonly input: unknown }
  | { readonly type: 'pause'; readonly isPaused: boolean };

/** A line that a program printed. */
export interface ConsoleLine {
  readonly level: 'log' | 'warn' | 'error';
  readonly text: string;
}

/** A point of a curve. */
export interface CurvePoint {
  /** Title of the chart. */
  readonly chart: string;
  /** Label of the curve in the chart. */
  readonly curve: string;
  readonly x: number;
  readonly y: number;
}

/** An image that a program shows. */
export interface ShownImage {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and opacity of each pixel. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
}

/** An error that ended a program. */
export interface ProgramError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

/** What the worker sends to the page. */
export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'started'; readonly backend: string; readonly reason: string }
  | { readonly type: 'lines'; readonly lines: readonly ConsoleLine[] }
  | { readonly type: 'points'; readonly points: readonly CurvePoint[] }
  | { readonly type: 'image'; readonly image: ShownImage }
  | { readonly type: 'trained' }
  /** What a demo shows: plain data. */
  | { readonly type: 'output'; readonly output: unknown }
  /** A demo has trained to its end. */
  | { readonly type: 'finished' }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly error: ProgramError }
  | { readonly type: 'saved'; readonly format: ModelFormat; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: 'notSaved'; readonly format: ModelFormat; readonly message: string };
