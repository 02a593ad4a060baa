import type { Kernel } from '@manabi/compiler';

/**
 * Divides a kernel of several loop nests, such as one that fills an array and then copies parts of it, into kernels of one
 * nest each, because only such kernels are divided into tasks. Returns the kernel itself if it contains anything else except
 * constants.
 */
export function kernelParts(kernel: Kernel): readonly Kernel[] {
  const { body } = kernel;
  const loops = body.filter(({ kind }) => kind === 'loop');
  const constants = body.filter(
    (statement) => statement.kind === 'define' && statement.instruction.kind === 'constant',
  );
  if (loops.length < 2 || loops.length + constants.length < body.length) return [kernel];
  return loops.map((loop) => ({ ...kernel, body: [...constants, loop] }));
}
