// One attempt at one command, by itself.
import { randomBytes, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Claim } from '../../src/runtime/claims.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { actorFor } from '../../src/runtime/define-actor.ts';
import { perform } from '../../src/runtime/perform.ts';
import { createVault } from '../../src/runtime/vault.ts';

test('work that is aborted before it begins does not begin', async () => {
  const begun: number[] = [];
  const work = actorFor<object>()({
    input: z.number(),
    output: z.null(),
    run: async (grams) => {
      begun.push(grams);
      return null;
    },
  });
  const vault = createVault(randomBytes(32));
  const dataKey = vault.createDataKey();
  const whose = { storeId: 1, actorKey: randomUUID(), machine: 'parcel', addressSealed: null, dataKey };
  const first = { attempt: 1, failures: 0, correlationId: 'c', trace: null };
  const input = vault.seal(dataKey, '3');
  const claim: Claim = { ...whose, ...first, id: randomUUID(), kind: 'invoke', name: 'work', input };
  const deps = { vault, services: {}, clock: systemClock, tell: () => Promise.reject(new Error('nothing is told')) };
  const gone = new AbortController();
  gone.abort(new Error('stopping'));
  expect(await perform(deps, work.performable, claim, gone)).toMatchObject({ status: 'again' });
  expect(begun).toEqual([]);
  expect(await perform(deps, work.performable, claim, new AbortController())).toEqual({ status: 'done', output: null });
  expect(begun).toEqual([3]);
});
