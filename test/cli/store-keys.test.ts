import { describe, expect, test } from 'vitest';
import { assertWhole, keysIn } from '../../src/cli/commands/stores.ts';

describe('keys of a shop, as standard input brings them', () => {
  test('are lines of name and value', () => {
    expect(keysIn('SQUARE_ACCESS_TOKEN=abc=\n# mine\nSQUARE_LOCATION_ID="L1"\n')).toEqual({
      SQUARE_ACCESS_TOKEN: 'abc=',
      SQUARE_LOCATION_ID: 'L1',
    });
  });

  test('are refused by name where no shop has such a key, and their values are not said', () => {
    expect(() => keysIn('PII_KEY=secret')).toThrow(/^PII_KEY: nothing that a shop has of its own/);
    expect(() => keysIn('SMOBI_IP_ALLOWLIST=1.2.3.4')).toThrow('SMOBI_IP_ALLOWLIST');
    expect(() => keysIn('')).toThrow('Standard input has no line');
  });

  test('are refused where they are half of a service, for the shop would go on with the keys of all', () => {
    expect(() => assertWhole({ TWILIO_ACCOUNT_SID: 'AC1' })).toThrow(/^TWILIO_AUTH_TOKEN: not set/);
    expect(() => assertWhole({ TWILIO_ACCOUNT_SID: 'AC1', TWILIO_AUTH_TOKEN: 'secret' })).not.toThrow();
    expect(() => assertWhole({ SMOBI_API_URL: 'nowhere', SMOBI_API_KEY: 'secret' })).toThrow(/^SMOBI_API_URL: read/);
  });
});
