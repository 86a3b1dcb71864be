// How CI reads npm's answer about known holes of packages: shaped as npm 10 printed them, from a registry that knew of holes and without one.
import { expect, test } from 'vitest';
import { readAudit } from '../../src/cli/known-holes.mjs';

const answer = (...holes: ReadonlyArray<readonly [name: string, severity: string, via: string | { title: string }]>) =>
  JSON.stringify({
    auditReportVersion: 2,
    vulnerabilities: Object.fromEntries(
      holes.map(([name, severity, via]) => [name, { name, severity, isDirect: true, via: [via], range: '<9.0.0' }]),
    ),
  });
const refused = (message: string, more: object = {}) =>
  JSON.stringify({ message, ...more, error: { summary: '', detail: '' } });
const NOTHING = { holes: [], unasked: null, trouble: null };

test('a registry that knows of nothing is fine, and so are small holes', () => {
  expect(readAudit(answer())).toEqual(NOTHING);
  expect(readAudit(answer(['pino', 'moderate', { title: 'says too much' }]))).toEqual(NOTHING);
});

test('high and critical holes are named, with the package that brings them', () => {
  const holes = answer(['ws', 'critical', { title: 'lets anybody in' }], ['inspect', 'high', 'ws']);
  expect(readAudit(holes)).toEqual({
    ...NOTHING,
    holes: ['ws (critical): lets anybody in', 'inspect (high): by ws'],
  });
});

const ADDRESS = 'http://outside.invalid/advisories';
test.each([
  [
    'refuses to be asked',
    refused(`405 Method Not Allowed - POST ${ADDRESS}`, { method: 'POST', uri: ADDRESS, statusCode: 405 }),
    'the registry refuses (405)',
  ],
  [
    'is not there',
    refused(`request to ${ADDRESS} failed, reason: connect ECONNREFUSED 127.0.0.1:9`),
    'the registry cannot be reached (ECONNREFUSED)',
  ],
  ['keeps silent', refused(`network timeout at: ${ADDRESS}`), 'the registry does not answer in time'],
])('a registry that %s is named without its address, and fails nothing', (_what, said, unasked) => {
  expect(readAudit(said)).toEqual({ ...NOTHING, unasked });
});

test('npm that has to be stopped had no answer from its registry', () => {
  const unasked = 'the registry does not answer in time';
  expect(readAudit('', 'ETIMEDOUT')).toEqual({ ...NOTHING, unasked });
});

test('what is wrong here is no refusal of the registry', () => {
  const noLock = { error: { code: 'ENOLOCK', summary: 'This command requires an existing lockfile.' } };
  const trouble = 'This command requires an existing lockfile.';
  expect(readAudit(JSON.stringify(noLock))).toEqual({ ...NOTHING, trouble });
  expect(readAudit('', 'ENOENT')).toEqual({ ...NOTHING, trouble: 'ENOENT' });
  expect(readAudit('npm: ')).toEqual({ ...NOTHING, trouble: 'it said nothing that can be read' });
});
