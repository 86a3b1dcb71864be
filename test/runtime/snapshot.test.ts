// The way back from a snapshot to the one before it is exact, whatever changed.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
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

test('any list comes back from any that shares elements with it', () => {
  const list = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 6 });
  const base = { value: 'x', status: 'active' as const, historyValue: {}, children: {} };
  fc.assert(
    fc.property(list, list, (before, after) => {
      const back = StepBack.parse(
        throughJson(stepBack({ ...base, context: { before } }, { ...base, context: { before: after } })),
      );
      expect(applyStepBack({ ...base, context: { before: after } }, back).context).toStrictEqual({ before });
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

describe('a list', () => {
  const base = { value: 'x', status: 'active' as const, historyValue: {}, children: {} };
  const holding = (list: unknown[]) => ({ ...base, context: { list } });
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id) => ({ id, text: 'something long '.repeat(20) }));

  test.each([
    ['grew at its end', [a, b], [a, b, c]],
    ['was cut at its front as it grew', [a, b, c], [b, c, d]],
    ['grew at its front', [b, c], [a, b, c]],
    ['lost its end', [a, b, c], [a, b]],
    ['had something replaced in its middle', [a, b, c], [a, d, c]],
    ['has the same thing twice', ['a', 'a', 'b'], ['a', 'b', 'b']],
    ['was emptied', [a, b], []],
    ['was empty', [], [a]],
  ])('that %s comes back', (_how, before, after) => {
    const back = StepBack.parse(throughJson(stepBack(holding(before), holding(after))));
    expect(applyStepBack(holding(after), back)).toStrictEqual(holding(before));
  });

  test('that slides leaves only what slid out of it in the journal', () => {
    const back = stepBack(holding([a, b, c]), holding([b, c, d]));
    expect(back.context).toStrictEqual({ list: { head: [a], from: 0, to: 2, tail: [] } });
  });
});
