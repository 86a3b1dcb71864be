import { describe, expect, test } from 'vitest';
import type { Ticket } from '../../src/runtime/carrier.ts';
import type { Claim } from '../../src/runtime/claims.ts';
import { createNewborns } from '../../src/runtime/newborns.ts';

const OWNER = '0198c0de-0000-7000-8000-000000000001';
const ticket: Ticket = { storeId: 1, id: '0198c0de-0000-7000-8000-000000000002', attempt: 1, owner: OWNER };
const claim: Claim = {
  ...ticket,
  actorKey: '0198c0de-0000-7000-8000-000000000003',
  kind: 'invoke',
  name: 'weigh',
  failures: 0,
  input: Buffer.from(''),
  correlationId: '',
  trace: null,
  machine: 'parcel',
  addressSealed: null,
  dataKey: null,
};

function newbornsAt(times: { now: number }) {
  return createNewborns({ now: () => 0, elapsed: () => times.now, after: () => () => undefined }, OWNER);
}

describe('a claim made at birth', () => {
  test('waits a second for its ticket, and is given once', () => {
    const times = { now: 0 };
    const { keep, take } = newbornsAt(times);
    keep([claim]);
    expect(take(ticket)).toBe(claim);
    expect(take(ticket)).toBeNull();
    keep([{ ...claim, id: OWNER }]);
    times.now = 1_001;
    expect(take({ ...ticket, id: OWNER })).toBeNull();
  });

  test('is not kept when its ticket came before the answer to the commit: its command has started', () => {
    const { keep, take, drop } = newbornsAt({ now: 0 });
    expect(take(ticket)).toBeNull();
    keep([claim]);
    expect(drop([claim.id])).toEqual([]);
    expect(take(ticket)).toBeNull();
  });

  test('is kept whatever came of tickets of other processes, or long before', () => {
    const times = { now: 0 };
    const { keep, take, drop } = newbornsAt(times);
    take({ ...ticket, owner: claim.actorKey });
    keep([claim]);
    expect(drop([claim.id])).toEqual([claim]);
    take(ticket);
    times.now = 20_001;
    take({ ...ticket, id: OWNER });
    keep([claim]);
    expect(take(ticket)).toBe(claim);
  });
});
