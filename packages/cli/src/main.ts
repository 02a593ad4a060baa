#!/usr/bin/env node
import { processIo } from './io.ts';
import { run } from './run.ts';

// Whoever read the output has closed it, as `manabi doctor | head` does: nobody waits for the rest.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await run(process.argv.slice(2), processIo());
