// What is read back as a snapshot, and what is not: every turn begins with it.
import { expect, test } from 'vitest';
import { StoredSnapshot } from '../../src/runtime/snapshot.ts';

const whole = { value: 'idle', context: { notes: 1 }, status: 'active', historyValue: {}, children: {} };

test.each([
  ['a state', { value: 'idle' }],
  ['states in states', { value: { a: 'b', c: { d: 'e' }, f: {} } }],
  ['an empty context', { context: {} }],
  ['a child', { children: { work: { src: 'weigh', command: 'c1' } } }],
])('%s is read', (_, part) => {
  expect(StoredSnapshot.parse({ ...whole, ...part })).toEqual({ ...whole, ...part });
});

test.each([
  ['no state', { value: null }],
  ['a number for a state', { value: { a: 1 } }],
  ['a list of states', { value: ['a'] }],
  ['no context', { context: undefined }],
  ['null for a context', { context: null }],
  ['a list for a context', { context: [] }],
  ['words for a context', { context: 'notes' }],
  ['a class for a context', { context: new Date(0) }],
  ['another status', { status: 'stopped' }],
  ['a child without its command', { children: { work: { src: 'weigh' } } }],
])('%s is not', (_, part) => {
  expect(StoredSnapshot.safeParse({ ...whole, ...part }).success).toBe(false);
});
