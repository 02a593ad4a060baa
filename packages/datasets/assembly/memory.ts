// Memory of one image: everything is reserved in order, and forgotten when the next image begins.

let end: usize = 0;

/** Forgets everything that was reserved. */
export function reset(): void {
  end = (__heap_base + 15) & ~15;
}

/** Reserves bytes, and 64 more that vectors may read and overwrite. Traps if there is no memory. */
export function reserve(bytes: usize): usize {
  const start = end;
  end = (start + bytes + 64 + 15) & ~15;
  const pages = ((end + 0xffff) >>> 16) as i32;
  if (pages > memory.size() && memory.grow(pages - memory.size()) < 0) unreachable();
  return start;
}
