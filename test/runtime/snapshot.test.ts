// The way back from a snapshot to the one before it is exact, whatever changed.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyStepBack, StepBack, stepBack, StoredSnapshot } from '../../src/runtime/snapshot.ts';

const json = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<unknown>;
const key = fc.constantFrom('a', 'b', 'c');
const snapshot = fc.record(
  {
    value: fc.oneof(fc.constantFrom('x', 'y'), fc.dictionary(key, fc.constantFrom('x', 'y'))),
    context: fc.dictionary(key, json),
    status: fc.constantFrom('active' as const, 'done' as const),
    output: json,
    historyValue: fc.dictionary(key, fc.array(fc.record({ id: key }), { maxLength: 2 })),
    children: fc.dictionary(key, fc.record({ src: key, command: key })),
  },
  { requiredKeys: ['value', 'context', 'status', 'historyValue', 'children'] },
);
const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test('any snapshot comes back from any later one', () => {
  fc.assert(
    fc.property(snapshot, snapshot, (one, two) => {
      const [before, after] = [StoredSnapshot.parse(throughJson(one)), StoredSnapshot.parse(throughJson(two))];
      const back = StepBack.parse(throughJson(stepBack(before, after)));
      expect(applyStepBack(after, back)).toStrictEqual(before);
    }),
    { numRuns: 500 },
  );
});

test('a context key without a value comes back as no key', () => {
  const base = { value: 'x', status: 'active' as const, historyValue: {}, children: {} };
  const back = StepBack.parse(
    throughJson(stepBack({ ...base, context: { a: undefined } }, { ...base, context: { a: 1 } })),
  );
  expect(applyStepBack({ ...base, context: { a: 1 } }, back).context).toStrictEqual({});
});
