// How an error is named where its message may not be shown.
import { expect, test } from 'vitest';
import { errorName } from '../../src/runtime/errors.ts';

test.each([
  ['a system’s code', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  ['a database’s code', Object.assign(new Error('quotes a row'), { code: '40001' }), '40001'],
  ['what Redis refused', new Error('DENIED Redis is running in protected mode'), 'DENIED'],
  ['the code of its cause', new Error('failed query: a text', { cause: new Error('NOAUTH needed') }), 'NOAUTH'],
  ['its name, where it has no code', new TypeError('STOP texting me'), 'TypeError'],
  ['its name, where the code is not one', Object.assign(new RangeError('x'), { code: 'a text' }), 'RangeError'],
  ['nothing, where it is no error', '+15551230001', 'unknown'],
])('an error is named by %s', (_what, error, name) => {
  expect(errorName(error)).toBe(name);
});
