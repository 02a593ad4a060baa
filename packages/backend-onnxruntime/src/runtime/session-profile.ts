import type { StepReport } from '@manabi/ir';

/** An event in a profile of ONNX Runtime. Times are in microseconds. */
interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  readonly ts: number;
  readonly dur: number;
  readonly args: {
    readonly op_name?: string;
    readonly node_index?: string;
    readonly input_type_shape?: readonly TypedShape[];
    readonly output_type_shape?: readonly TypedShape[];
  };
}

/** A shape by its element type, such as `{ float: [2, 3] }`. */
type TypedShape = Readonly<Record<string, readonly number[]>>;

/** A node of the session, with its times. Nodes of a loop or branch are its inner nodes. */
interface ProfiledNode {
  readonly name: string;
  readonly inner: Map<string, ProfiledNode>;
  /** Executions, operations, bytes and microseconds in the current run. */
  runs: number;
  operations: number;
  bytes: number;
  time: number;
  /** The shortest time of a run. */
  least: number;
}

/** Operators that contain graphs. */
const nesting: ReadonlySet<string | undefined> = new Set(['Scan', 'Loop', 'If']);

/**
 * Reads the profile of a session that ONNX Runtime has written, and returns a step for each operator, in the order of
 * execution. Returns no steps for a session that has not run.
 */
export function readProfile(text: string): readonly StepReport[] {
  const events: readonly ProfileEvent[] = JSON.parse(text);
  const runs = events.filter(({ cat, name }) => cat === 'Session' && name === 'model_run');
  const kernels = events.filter(({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time'));
  // A loop begins before the nodes in it, perhaps within the same microsecond.
  const ordered = [...kernels].sort((a, b) => a.ts - b.ts || b.dur - a.dur);
  const roots = new Map<string, ProfiledNode>();
  for (const run of runs) {
    for (const node of allNodes(roots)) Object.assign(node, { runs: 0, operations: 0, bytes: 0, time: 0 });
    addRun(
      roots,
      ordered.filter((event) => isWithin(event, run)),
    );
    for (const node of allNodes(roots)) if (node.runs > 0) node.least = Math.min(node.least, node.time);
  }
  return reportsOf(roots, 0);
}

function addRun(roots: Map<string, ProfiledNode>, events: readonly ProfileEvent[]): void {
  const open: { readonly event: ProfileEvent; readonly inner: Map<string, ProfiledNode> }[] = [];
  for (const event of events) {
    while (open.length > 0 && !isWithin(event, open[open.length - 1].event)) open.pop();
    const siblings = open.at(-1)?.inner ?? roots;
    const { op_name: op = '', node_index: index = '' } = event.args;
    const key = `${index} ${op}`;
    const node = siblings.get(key) ?? nodeOf(event);
    siblings.set(key, node);
    node.runs++;
    node.operations += operationsOf(event);
    node.bytes += bytesOf(event);
    node.time += event.dur;
    if (nesting.has(op)) open.push({ event, inner: node.inner });
  }
}

function isWithin(event: ProfileEvent, outer: ProfileEvent): boolean {
  return event.ts >= outer.ts && event.ts + event.dur <= outer.ts + outer.dur;
}

function nodeOf({
  args: { op_name: op, input_type_shape: inputs = [], output_type_shape: outputs = [] },
}: ProfileEvent): ProfiledNode {
  const list = (shapes: readonly TypedShape[]) => shapes.map((each) => `[${shapeOf(each)}]`).join(' ');
  const name = `${op} ${list(inputs)} -> ${list(outputs)}`;
  return { name, inner: new Map(), runs: 0, operations: 0, bytes: 0, time: 0, least: Number.POSITIVE_INFINITY };
}

function* allNodes(nodes: ReadonlyMap<string, ProfiledNode>): Iterable<ProfiledNode> {
  for (const node of nodes.values()) {
    yield node;
    yield* allNodes(node.inner);
  }
}

function reportsOf(nodes: ReadonlyMap<string, ProfiledNode>, depth: number): readonly StepReport[] {
  return [...nodes.values()].flatMap(({ name, inner, runs, operations, bytes, least }) => {
    const within = reportsOf(inner, depth + 1);
    const direct = within.filter((step) => step.depth === depth + 1);
    const sum = (what: 'operations' | 'bytes') => direct.reduce((total, step) => total + step[what], 0);
    const step = {
      ...{ name, depth, runs },
      operations: direct.length > 0 ? sum('operations') : operations,
      bytes: direct.length > 0 ? sum('bytes') : bytes,
      milliseconds: least / 1000,
    };
    return [step, ...within];
  });
}

function shapeOf(typed: TypedShape): readonly number[] {
  return Object.values(typed)[0] ?? [];
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Bytes of an element, by the name of its type in C++. All other types have four. */
const elementBytes: Readonly<Record<string, number>> = {
  double: 8,
  int64: 8,
  uint64: 8,
  float16: 2,
  bool: 1,
  uint8: 1,
  int8: 1,
};

function bytesOf({ args: { input_type_shape: inputs = [], output_type_shape: outputs = [] } }: ProfileEvent): number {
  return [...inputs, ...outputs].reduce((sum, typed) => {
    const [type = ''] = Object.keys(typed);
    return sum + sizeOf(shapeOf(typed)) * (elementBytes[type] ?? 4);
  }, 0);
}

/** Estimates the scalar operations of a node from the shapes of its operands and results. */
function operationsOf({
  args: { op_name: op = '', input_type_shape = [], output_type_shape = [] },
}: ProfileEvent): number {
  const [inputs, outputs] = [input_type_shape, output_type_shape].map((shapes) => shapes.map(shapeOf));
  const [x = [], w = []] = inputs;
  const [y = []] = outputs;
  if (/MatMul|Gemm/.test(op)) return productOperations(x, w, y);
  if (op.endsWith('ConvTranspose')) return 2 * sizeOf(x) * sizeOf(w.slice(1));
  if (op.endsWith('Conv')) return 2 * sizeOf(y) * sizeOf(w.slice(1));
  return Math.max(0, ...inputs.map(sizeOf), ...outputs.map(sizeOf));
}

/** Estimates the operations of products [M, K] x [K, N] -> [M, N], one per element of the batch. Operands may be transposed. */
function productOperations(x: readonly number[], w: readonly number[], y: readonly number[]): number {
  const columns = y.at(-1) ?? 1;
  const rows = sizeOf(y) / columns;
  // The profile lacks constant matrices that the session has packed. What follows x then is a bias or nothing.
  const isPacked = w.length < 3 && y.length === x.length && sizeOf(w) * rows !== sizeOf(x) * columns;
  if (isPacked) return 2 * sizeOf(x) * columns;
  const batch = w.length > 2 ? sizeOf(y.slice(0, -2)) : 1;
  return batch === 0 ? 0 : 2 * Math.sqrt((sizeOf(x) * sizeOf(w) * sizeOf(y)) / batch);
}
