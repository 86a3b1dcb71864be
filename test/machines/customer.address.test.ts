// An address that comes before it was asked for.
import { describe, expect, test } from 'vitest';
import { ADDRESS, ADDRESS_ID, ONE_LINE, quoted, said, says, sure, UBIK } from './customer-story.ts';

const gave = { type: 'customer.gaveAddress', address: ADDRESS } as const;

describe('asked whether they are sure, the customer gives an address', () => {
  test('it is checked and read back, and nothing is ordered before that was confirmed', () => {
    const checking = says(sure(), gave);
    expect(checking.begun).toEqual({ address: { address: ADDRESS } });
    const readBack = checking.done('address', { addressId: ADDRESS_ID, oneLine: ONE_LINE });
    expect(said(readBack)).toEqual(['fulfillment.readback']);
    expect(readBack.context['orderId']).toBe(null);
  });

  test('after other books were shown it is asked once more which one', () => {
    const distracted = says(sure(), { type: 'customer.asked' }, [UBIK], ['or this']);
    const asked = quoted(says(distracted, gave));
    expect(said(asked)).toEqual(['confirm.sure']);
    expect(asked.begun).toEqual({});
  });
});
