// A signature, a MAC, a token or a hash of a password is compared in constant time: `===` stops where two differ first, and how
// long it took tells how much was right.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../src/cli/project-root.ts';

const NAME = String.raw`(?:[\w$]+(?:\(\))?[?!]?\.)*[\w$]+(?:\([^()]*\))?`;
/** Both sides of each comparison, as far as they are a name, a call, or a literal. */
const COMPARED = new RegExp(String.raw`(?<left>${NAME}|['"])?\)*\s*(?:===|!==|==|!=)\s*(?<right>${NAME}|-|['"])?`, 'g');
const EQUALLED = new RegExp(String.raw`(?<left>${NAME})\.equals\((?<right>${NAME})`, 'g');
const SECRET =
  /(?:signature|hmac|mac|digest|token|secret|password|hash|bearer|^given|^expected)(?:\.done)?(?:\([^()]*\))?$/i;
/** Whether there is one at all, and what kind of value it is, is no secret. */
const PLAIN = /^(?:null|undefined|true|false|['"]|-|\d)/;

/** What of a source compares a secret as it should not be compared. */
function careless(source: string): string[] {
  const code = source.replace(/\/\*[^]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');
  return [...code.matchAll(COMPARED), ...code.matchAll(EQUALLED)].flatMap(({ 0: words, groups }) => {
    const sides = [groups?.['left'] ?? '', groups?.['right'] ?? ''];
    return sides.some((side) => PLAIN.test(side)) || !sides.some((side) => SECRET.test(side)) ? [] : [words];
  });
}

const sources = new Map(
  ['src', 'actors'].flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => [join(folder, path), readFileSync(join(projectRoot, folder, path), 'utf8')] as const),
  ),
);
const pathsWith = (words: RegExp) =>
  [...sources]
    .filter(([, code]) => words.test(code))
    .map(([path]) => path)
    .sort();

/** Nobody who guesses is on either side: a schema, what one person typed twice, keys and hashes of our own, a snapshot, a timer's id. */
const NO_SECRETS = {
  'src/cli/backup/restore.ts': ['here.hash === schema.hash'],
  'src/cli/backup/schema.ts': ['one.hash === hash'],
  'src/cli/commands/staff.ts': ["readSecret('Once more: ')) !== password"],
  'src/cli/doctor/secrets.ts': ["piiKey.toString('base64') === sessionSecret"],
  'src/runtime/rekey.ts': ['hash.equals(renewed', 'hash.equals(keyedHash(from, text)'],
  'src/runtime/stepper.ts': ['expected !== actual'],
  'src/runtime/turn.ts': ['due?.token !== token'],
};

test('no secret is compared by its first difference', () => {
  const found = [...sources]
    .map(([path, code]) => [path, careless(code)] as const)
    .filter(([, words]) => words.length > 0);
  expect([sources.size > 300, Object.fromEntries(found)]).toEqual([true, NO_SECRETS]);
});

test('whoever verifies compares in constant time', () => {
  expect(pathsWith(/\btimingSafeEqual\(/)).toEqual([
    'src/channels/twilio-inbound.ts',
    'src/cli/backup/format.ts',
    'src/cli/shop/accounts/passwords.ts',
    'src/commerce/till-event.ts',
    'src/web/auth.ts',
    'src/web/smobi-signature.ts',
  ]);
});

test('whoever makes keyed hashes and compares none gives them to the database to look up', () => {
  const verifying = new Set(pathsWith(/\btimingSafeEqual\(/));
  const making = pathsWith(/\b(?:createHmac|scrypt)\(/).filter((path) => !verifying.has(path));
  expect(making).toEqual(['src/cli/shop/accounts/tokens.ts', 'src/runtime/vault.ts']);
});

test.each([
  'return signature === expected;',
  "if (header !== createHmac('sha256', key).update(body).digest('hex')) throw wrong;",
  'const right = call.signature == signTillEvent(call);',
  'if (end.data.mac !== mac.done()) throw damaged(file);',
  'return stored.passwordHash.equals(given);',
  'return given === expected.toString();',
  'return token !== null && given === token;',
])('a careless comparison is found: %s', (source) => {
  expect(careless(source)).toHaveLength(1);
});

test.each([
  'return token !== null && given.length === expected.length && timingSafeEqual(given, expected);',
  "if (authToken !== '' && secret === undefined) return null;",
  'if (bytes.length !== HASH_BYTES) throw wrong;',
  "if (typeof token !== 'string') return null;",
  '// given === expected\n/* mac !== mac.done() */',
])('a careful one is let be: %j', (source) => {
  expect(careless(source)).toEqual([]);
});
