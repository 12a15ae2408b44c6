#!/usr/bin/env node
import { runCli } from './cli.js';

// Whoever reads, such as `head`, may have had enough; what a command does it does nevertheless.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await runCli(process.argv.slice(2), process);
