/** The parts of Node that are asked for the collector; other hosts have none of them. */
interface NodeProcess {
  readonly getBuiltinModule?: (name: string) => unknown;
}

let collector: (() => void) | undefined;

/**
 * Asks the JavaScript engine to look for garbage. It counts its own memory alone, so that a tensor of a gigabyte on a
 * backend looks to it like an object of some hundred bytes, and may wait for ages.
 */
export function collectGarbage(): void {
  collector ??= exposedCollector() ?? collectorOfNode() ?? pressBallast;
  collector();
}

function exposedCollector(): (() => void) | undefined {
  const exposed: unknown = Reflect.get(globalThis, 'gc');
  return typeof exposed === 'function' ? () => exposed() : undefined;
}

/** Node can be told to expose its collector to a context made after that. */
function collectorOfNode(): (() => void) | undefined {
  const host: NodeProcess | undefined = Reflect.get(globalThis, 'process');
  const v8 = host?.getBuiltinModule?.('node:v8');
  const vm = host?.getBuiltinModule?.('node:vm');
  if (!hasMethod(v8, 'setFlagsFromString') || !hasMethod(vm, 'runInNewContext')) return undefined;
  try {
    v8.setFlagsFromString('--expose-gc');
    const collect: unknown = vm.runInNewContext('gc');
    v8.setFlagsFromString('--no-expose-gc');
    return typeof collect === 'function' ? () => collect() : undefined;
  } catch {
    // Hosts that only look like Node have these functions without what is behind them.
    return undefined;
  }
}

function hasMethod<K extends string>(
  object: unknown,
  name: K,
): object is { readonly [Name in K]: (text: string) => unknown } {
  return typeof object === 'object' && object !== null && typeof Reflect.get(object, name) === 'function';
}

/** Elsewhere memory outside the heap that is taken and dropped at once makes the engine look; it is never touched. */
function pressBallast(): void {
  for (let i = 0; i < 4; i++) new ArrayBuffer(64 * 2 ** 20);
}
