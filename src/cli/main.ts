// `marty`: the one program. What it understands is in program/; what went wrong is said here in a sentence.
import { ChatError, ConfigError, UsageError } from './plain-errors.ts';
import { createProgram } from './program/program.ts';

process.on('uncaughtException', (error) => {
  console.error(readable(error));
  process.exit(1); // nothing is lost: what was accepted is committed, what ran is delivered again
});

try {
  await createProgram().parseAsync();
} catch (error) {
  console.error(readable(error));
  process.exitCode = 1;
}

// A database's error may quote what was written, down to a customer's words: only its own cause's first line is shown.
function readable(error: unknown): string {
  if (error instanceof ConfigError) return `Marty does not start:\n${error.message}`;
  if (error instanceof UsageError || error instanceof ChatError) return error.message;
  if (!(error instanceof Error)) return 'something was thrown that is no error';
  if (error.cause instanceof Error) return readable(error.cause);
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [`${error.name}: ${error.message}`, ...frames].join('\n');
}
