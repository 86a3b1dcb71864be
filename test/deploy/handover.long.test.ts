// A release hands over to the next beside it: the migration while the old processes serve, the gates before the new ones do, then the roles, all as
// processes of what is built, in production's mode, on one Postgres and one Redis.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useDatabase } from '../harness/database.ts';
import { freePort } from '../harness/free-port.ts';
import { describeWithRedis } from '../harness/redis.ts';
import { until } from '../harness/until.ts';
import { book } from '../shop/books.ts';
import { chooses, picksUp } from '../shop/journeys.ts';
import { HELD, METHOD, PAID, PAY_HOW } from '../shop/lines.ts';
import { Phone } from '../shop/phone.ts';
import { Release } from './release.ts';

const HOBBIT = book('The Hobbit');
/** For a process to serve, or a bubble to come, on a machine that much else keeps busy (ms). */
const PATIENCE_MS = 60_000;
/** As Procfile, railway.toml and compose.yaml have it. */
const RELEASE = ['migrate', 'verify', 'seed'];
/** How long a process may take to leave, whatever it has in hand (ms). */
const LEAVES_WITHIN_MS = 30_000;
const CROWD = 200;
const TALKER = '+12015550171';

const database = useDatabase();
const secret = () => randomBytes(32).toString('base64');
const secrets = { SESSION_SECRET: secret(), PII_KEY: secret() };

/** Every bubble of a demo says that it is one, the link too. */
async function buys(reader: Phone): Promise<void> {
  await picksUp(reader, HOBBIT);
  await reader.texts('pay now');
  await reader.pays((await reader.hears(/ http\S+\/till\/\S+$/)).split(' ').at(-1) ?? '');
  await reader.hears(PAID);
}

async function textsTaken(): Promise<number> {
  const { rows } = await database.pool.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM events WHERE type = 'text.received'`,
  );
  return rows[0]?.n ?? 0;
}

describeWithRedis('a release', (redis) => {
  const ports = { now: 0, later: 0 };
  const url = (which: keyof typeof ports) => `http://127.0.0.1:${ports[which]}`;
  const phone = (number: string, which: keyof typeof ports = 'now') => new Phone(url(which), number, PATIENCE_MS);
  let now: Release;
  let later: Release;

  const release = (which: keyof typeof ports) =>
    new Release({
      NODE_ENV: 'production',
      ...secrets,
      HOST: '127.0.0.1',
      PORT: String(ports[which]),
      PUBLIC_URL: url(which),
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      ALLOW_DEMO: '1',
      ENABLE_SIMULATOR: '1',
    });
  const serves = (which: keyof typeof ports) =>
    until(async () => expect((await fetch(url(which) + '/health/ready')).status).toBe(200), PATIENCE_MS);

  beforeAll(async () => {
    await database.pool.query('DROP SCHEMA public CASCADE; DROP SCHEMA drizzle CASCADE; CREATE SCHEMA public');
    Object.assign(ports, { now: await freePort(), later: await freePort() });
    [now, later] = [release('now'), release('later')];
    later.growsMigration();
  });
  afterAll(async () => {
    await now.remove();
    await later.remove();
  });

  test('fills an empty database, sells a book, and hands over to the next while people text', async () => {
    const early = await now.runs('verify');
    expect(early).toMatchObject({ code: 1, said: expect.stringContaining('run `npm exec marty -- migrate` first') });
    for (const step of RELEASE) expect(await now.runs(step)).toMatchObject({ code: 0 });
    const old = [now.starts('web'), now.starts('worker')];
    await serves('now');
    await buys(phone('+12015550170'));
    const talker = phone(TALKER);
    await chooses(talker, HOBBIT);

    for (const step of RELEASE) expect(await later.runs(step)).toMatchObject({ code: 0 });
    await talker.asks('yes', METHOD); // by processes that know nothing of the new columns
    await buys(phone('+12015550172'));
    expect(await now.runs('verify')).toMatchObject({ code: 0 }); // who is started anew by an orchestrator still starts

    later.starts('web');
    later.starts('worker');
    await serves('later');
    const before = await textsTaken();
    const crowd = Array.from({ length: CROWD }, (_, n) => phone(`+1201556${1_000 + n}`).sends({ text: 'hello' }));
    const answered = Promise.all(crowd.map((sent) => sent.then(({ ok }) => ok).catch(() => false)));
    await until(async () => expect(await textsTaken()).toBeGreaterThan(before), PATIENCE_MS, 10);
    const toldAt = Date.now();
    for (const { child } of old) child.kill('SIGTERM');
    expect((await Promise.all(old.map(({ ended }) => ended))).map(({ code }) => code)).toEqual([0, 0]);
    expect(Date.now() - toldAt).toBeLessThan(LEAVES_WITHIN_MS);
    const accepted = (await answered).filter(Boolean).length;
    expect((await textsTaken()) - before).toBeGreaterThanOrEqual(accepted); // an answer may be lost, a text that had one not
    const same = phone(TALKER, 'later');
    await same.asks('pick it up', PAY_HOW);
    await same.asks('hold it', HELD);
    const { rows } = await database.pool.query('SELECT state FROM orders ORDER BY state');
    expect(rows.map(({ state }) => String(state))).toEqual(['held', 'paid', 'paid']);
  });

  test('may serve where every actor is at home in it and every turn is decided as it was', async () => {
    expect(await later.runs('verify')).toMatchObject({
      code: 0,
      said: expect.stringMatching(/^\d+ actors read, 0 not/m),
    });
    const again = await later.runs('actors', 'replay', `customer:${TALKER}`);
    expect(again).toMatchObject({ code: 0, said: expect.stringMatching(/^\d+ turns, each decided as it was\.$/m) });
    expect(await later.runs('actors', 'replay', '--all')).toMatchObject({
      code: 0,
      said: expect.stringMatching(/^\d+ actors, \d+ turns: each decided as it was\.$/m),
    });
  });

  test('may not where one is not, or a turn would be decided otherwise: the gates say which, and end with 1', async () => {
    await database.pool.query(
      `UPDATE events SET value = jsonb_set(value::jsonb, '{conversation}', '"payment"') WHERE seq = 2 AND type = 'text.received'`,
    );
    const turned = await later.runs('actors', 'replay', `customer:${TALKER}`);
    expect(turned).toMatchObject({
      code: 1,
      said: expect.stringMatching(/^turn 2 \(text\.received\): was .*"payment"/m),
    });
    expect(turned.said).not.toContain(TALKER);
    expect(await later.runs('actors', 'replay', '--all')).toMatchObject({
      code: 1,
      said: expect.stringMatching(/^\d+ actors, \d+ turns: \d+ actors differ: do not serve this build\.$/m),
    });
    await database.pool.query(`UPDATE actors SET version = 99 WHERE machine = 'order'`);
    const strange = await later.runs('verify');
    expect(strange).toMatchObject({ code: 1, said: expect.stringMatching(/^order \S+ \(v99\): .+$/m) });
    expect(strange.said).toMatch(/^\d+ actors read, 3 not at home in this build\.$/m);
    expect(await later.runs('actors', 'replay', 'customer:+12015550100')).toMatchObject({
      code: 1,
      said: expect.stringContaining('There is no actor'),
    });
  });
});
