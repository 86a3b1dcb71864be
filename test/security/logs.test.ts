// Errors of others quote what was sent: a failed query its parameters, Square the customer's number. A log names them by code or name.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SquareError } from 'square';
import { expect, test } from 'vitest';
import { projectRoot } from '../../src/cli/project-root.ts';
import { errorName } from '../../src/runtime/errors.ts';

const LOGS_ITS_WORDS = /\blog\s*\.\s*(?:debug|info|warn|error|fatal)\(\s*\{[^}]*\.(?:message|stack)\b/;

test('what Square refused is named, not quoted', () => {
  const body = { errors: [{ category: 'INVALID_REQUEST_ERROR', detail: '+12015550123 is no phone number' }] };
  const error = new SquareError({ statusCode: 400, body });
  expect([error.message.includes('+12015550123'), errorName(error)]).toEqual([true, 'SquareError']);
});

test('no line of a log is given the words of an error', () => {
  const files = ['src', 'actors'].flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => join(folder, path)),
  );
  const quoting = files.filter((path) => LOGS_ITS_WORDS.test(readFileSync(join(projectRoot, path), 'utf8')));
  expect([files.length > 300, quoting]).toEqual([true, []]);
});
