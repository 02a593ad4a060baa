/** Properties of Node's `process` by which the garbage collector can be reached. Other JavaScript hosts lack them. */
interface NodeProcess {
  readonly getBuiltinModule?: (name: string) => unknown;
}

let collector: (() => void) | undefined;

/**
 * Requests a garbage collection. This is necessary because JavaScript engines do not count memory on backends: to them,
 * a tensor of a gigabyte is an object of a few hundred bytes, which may not be collected for a long time.
 */
export function collectGarbage(): void {
  collector ??= exposedCollector() ?? collectorOfNode() ?? pressBallast;
  collector();
}

function exposedCollector(): (() => void) | undefined {
  const exposed: unknown = Reflect.get(globalThis, 'gc');
  return typeof exposed === 'function' ? () => exposed() : undefined;
}

/**
 * Returns the function that runs Node's garbage collector, which Node exposes in a new vm context; undefined in other
 * hosts.
 */
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
    // In hosts that imitate Node, these functions may exist but throw.
    return undefined;
  }
}

function hasMethod<K extends string>(
  object: unknown,
  name: K,
): object is { readonly [Name in K]: (text: string) => unknown } {
  return typeof object === 'object' && object !== null && typeof Reflect.get(object, name) === 'function';
}

/**
 * Allocates a large array buffer and drops it, which triggers a garbage collection in engines other than that of Node.
 * The memory is never written to.
 */
function pressBallast(): void {
  for (let i = 0; i < 4; i++) new ArrayBuffer(64 * 2 ** 20);
}
