// Accounts over the real database: what lets somebody in, and what ends it.
import { randomBytes, scryptSync } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openAccounts } from '../../src/cli/shop/accounts/account-desk.ts';
import { createAudit } from '../../src/cli/shop/accounts/audit.ts';
import { hashPassword, isPassword } from '../../src/cli/shop/accounts/passwords.ts';
import { useDatabase } from '../harness/database.ts';

const database = useDatabase();
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const address = '203.0.113.7';
const email = 'merlin@example.com';
const password = 'a long enough one';
const right = { email, password, address };
const wrong = { ...right, password: 'a wrong one' };
let now = 0;
const open = (sessionSecret = 'a-session-secret') =>
  openAccounts({ pool: database.pool, sessionSecret, now: () => now });

// A hash takes a third of a second by design, and he logs in some thirty times: his is one of little cost, which it tells itself.
beforeAll(async () => {
  await open().accounts.add({ email, name: 'Merlin', role: 'staff', stores: [1], password: null });
  await database.pool.query('UPDATE staff SET password_hash = $1', [cheapHash(password)]);
  await database.pool.query('CREATE TABLE merlin AS SELECT * FROM staff');
});
beforeEach(async () => {
  now = Date.parse('2026-11-22T19:00:00Z');
  await database.pool.query('TRUNCATE staff, sessions, login_links, login_attempts');
  await database.pool.query('INSERT INTO staff SELECT * FROM merlin');
});

function cheapHash(of: string): string {
  const salt = randomBytes(16);
  const hash = scryptSync(of, salt, 32, { N: 2, r: 8, p: 1 });
  return `scrypt$2$8$1$${salt.toString('base64')}$${hash.toString('base64')}`;
}

async function logIn(): Promise<string> {
  const answer = await open().desk.login(right);
  if (answer === null || !('token' in answer)) throw new Error('merlin was not let in');
  return answer.token;
}

describe('a password', () => {
  test('is known again by its hash, which tells how it was made', async () => {
    const stored = await hashPassword(password);
    expect(stored).toMatch(/^scrypt\$32768\$8\$3\$[\w+/=]{24}\$[\w+/=]{44}$/);
    expect(await hashPassword(password)).not.toBe(stored);
    expect([await isPassword(password, stored), await isPassword('another one', stored)]).toEqual([true, false]);
  });

  test('that was never set lets nobody in', async () => {
    expect(await isPassword('', null)).toBe(false);
  });

  test('is tried five times a quarter of an hour from one address, in however many processes', async () => {
    const [one, two] = [open(), open()];
    const tries = [one, two, one, two, one].map(({ desk }) => desk.login(wrong));
    expect(await Promise.all(tries)).toEqual([null, null, null, null, null]);
    expect(await one.desk.login(right)).toEqual({ retryAfterS: 900 });
    expect(await two.desk.login({ ...right, address: '203.0.113.8' })).toHaveProperty('token');
    now += 15 * MINUTE_MS;
    expect(await two.desk.login(right)).toHaveProperty('token');
  });

  test('may be tried fifty times from one address, for whatever accounts', async () => {
    const { limit, desk } = open();
    const tries = Array.from({ length: 50 }, (_, n) => limit.take(address, `${n}@example.com`));
    expect(new Set(await Promise.all(tries))).toEqual(new Set([null]));
    expect(await desk.login(right)).toEqual({ retryAfterS: 900 });
  });

  test('that is right lets the count begin anew', async () => {
    const { desk } = open();
    for (let n = 0; n < 4; n++) await desk.login(wrong);
    await logIn();
    for (let n = 0; n < 4; n++) expect(await desk.login(wrong)).toBeNull();
    await logIn();
  });
});

describe('a session', () => {
  test('says who it is, and is stored as a keyed hash', async () => {
    const token = await logIn();
    const expiresAt = new Date(now + 7 * 24 * HOUR_MS).toISOString();
    const who = { email, name: 'Merlin', role: 'staff', stores: [1], by: 'session', expiresAt };
    expect(await open().desk.find(token)).toEqual({ id: expect.any(String), ...who });
    expect(await open('another-secret').desk.find(token)).toBeNull();
    const { rows } = await database.pool.query("SELECT 1 FROM sessions WHERE encode(token_hash, 'escape') LIKE $1", [
      token,
    ]);
    expect(rows).toEqual([]);
  });

  test('ends when nobody uses it for twelve hours', async () => {
    const token = await logIn();
    now += 11 * HOUR_MS;
    expect(await open().desk.find(token)).not.toBeNull();
    now += 11 * HOUR_MS;
    expect(await open().desk.find(token)).not.toBeNull();
    now += 12 * HOUR_MS;
    expect(await open().desk.find(token)).toBeNull();
    expect(await open().sessions.sweep()).toBeGreaterThan(0);
  });

  test('ends after a week, however busy', async () => {
    const token = await logIn();
    for (let hours = 0; hours < 7 * 24; hours += 8, now += 8 * HOUR_MS)
      expect(await open().desk.find(token)).not.toBeNull();
    expect(await open().desk.find(token)).toBeNull();
  });

  test('ends at logout, with a new password, and when the account is closed', async () => {
    const { desk, accounts } = open();
    const [first, second] = [await logIn(), await logIn()];
    await desk.logout(first);
    expect([await desk.find(first), (await desk.find(second)) === null]).toEqual([null, false]);
    expect(await accounts.setPassword(email, 'another long enough one')).toBe(true);
    expect([await desk.find(second), await desk.login(right)]).toEqual([null, null]);
    await accounts.setPassword(email, password);
    const third = await logIn();
    expect(await accounts.close(email)).toBe(true);
    expect([await desk.find(third), await desk.login(right)]).toEqual([null, null]);
    expect(await accounts.close('nobody@example.com')).toBe(false);
  });
});

describe('the link of a development start', () => {
  test('logs its admin in once, within a quarter of an hour; the account is made once', async () => {
    const { accounts, sessions, desk } = open();
    const id = await accounts.developer();
    expect(await accounts.developer()).toBe(id);
    const [used, late] = [await sessions.makeLink(id), await sessions.makeLink(id)];
    const login = await desk.useLink(used);
    expect(login && (await desk.find(login.token))).toMatchObject({ id, role: 'admin', stores: 'all' });
    expect([await desk.useLink(used), await desk.find(used)]).toEqual([null, null]);
    now += 15 * MINUTE_MS;
    expect(await desk.useLink(late)).toBeNull();
  });

  test('is used once by two who try at once', async () => {
    const { accounts, sessions, desk } = open();
    const link = await sessions.makeLink(await accounts.developer());
    const answers = await Promise.all([desk.useLink(link), desk.useLink(link)]);
    expect(answers.filter((answer) => answer !== null)).toHaveLength(1);
  });
});

describe('the audit', () => {
  test('is read newest first, a page at a time, each shop its own', async () => {
    const audit = createAudit(database.pool);
    const [account] = await open().accounts.list();
    const line = { staffId: account?.id ?? '', target: null, status: 202, correlationId: 'c' };
    for (const [storeId, act] of [
      [1, 'orders.ready'],
      [2, 'orders.cancel'],
      [1, 'orders.refund'],
    ] as const) {
      await audit.keep({ ...line, storeId, act, at: new Date(now) });
      now += 1;
    }
    const first = await audit.list({ storeId: 1, limit: 1 });
    const second = await audit.list({ storeId: 1, limit: 1, cursor: first.nextCursor ?? undefined });
    expect([first, second].map(({ items }) => items.map(({ act, staff }) => [act, staff.name]))).toEqual([
      [['orders.refund', 'Merlin']],
      [['orders.ready', 'Merlin']],
    ]);
    expect(second.nextCursor).toBeNull();
  });

  test('cannot be changed or thinned out, not even by who has the database', async () => {
    const audit = createAudit(database.pool);
    const line = {
      staffId: 's',
      act: 'orders.ready',
      target: null,
      status: 202,
      correlationId: 'c',
      at: new Date(now),
    };
    await audit.keep({ ...line, storeId: 3 });
    for (const change of ['DELETE FROM staff_audit', "UPDATE staff_audit SET act = 'nothing'"])
      await expect(database.pool.query(change)).rejects.toThrow('staff_audit is append-only');
  });
});
