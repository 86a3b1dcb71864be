import { describe, expect, test } from 'vitest';
import { keysIn } from '../../src/cli/commands/stores.ts';

describe('keys of a shop, as standard input brings them', () => {
  test('are lines of name and value', () => {
    expect(keysIn('SQUARE_ACCESS_TOKEN=abc=\n# mine\nSQUARE_LOCATION_ID="L1"\n')).toEqual({
      SQUARE_ACCESS_TOKEN: 'abc=',
      SQUARE_LOCATION_ID: 'L1',
    });
  });

  test('are refused by name where no shop has such a key, and their values are not said', () => {
    expect(() => keysIn('PII_KEY=secret')).toThrow(/^PII_KEY: no variable of Square's\.$/);
    expect(() => keysIn('')).toThrow('Standard input has no line');
  });
});
