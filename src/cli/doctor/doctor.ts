// Looks at everything that Marty needs, in the order in which one thing stands on another; what stands on something that is
// gone is not asked. Writes nothing but a queue of its own, which it deletes again.
import { knownPlace } from '../embedded/place.ts';
import { readConfig } from '../config/config.ts';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../plain-errors.ts';
import { openDatabaseAddress } from '../database-address.ts';
import { openDatabase } from '../../runtime/database.ts';
import type { Database } from '../../runtime/database.ts';
import { databaseChecks, reachCheck, schemaCheck } from './database.ts';
import { look, run, wrong } from './finding.ts';
import type { Check, Finding } from './finding.ts';
import { addressCheck, diskCheck, nodeCheck, settingsCheck } from './ground.ts';
import type { FreeBytes } from './ground.ts';
import { queueCheck, redisCheck } from './queue.ts';
import { knownSecrets, secretsCheck } from './secrets.ts';
import { squareCheck } from './square.ts';
import { storeChecks } from './stores.ts';
import { smobiCheck, twilioCheck } from './texts.ts';
import { bookChecks, claudeCheck } from './words.ts';

/** What the doctor looks at, as this machine has it. */
export type Patient = {
  env: Record<string, string | undefined>;
  /** Without a `v`. */
  nodeVersion: string;
  /** Milliseconds since 1970 (UTC). */
  now: () => number;
  freeBytes: FreeBytes;
  /** The longest that one check may take, in milliseconds. */
  patienceMs: number;
  /** The beginning of the parts to look at, such as `square`; everything where it is left out. */
  only?: string;
};

/** In the order of the report. Never rejects for what is wrong with the patient. */
export async function examine(patient: Patient): Promise<Finding[]> {
  const all = (checks: readonly Check[]) => askAll(checks, patient);
  const node = await all([nodeCheck(patient.nodeVersion)]);
  const config = configOf(patient);
  if (!('mode' in config)) return [...node, ...config];
  const [ground, database, services] = await Promise.all([
    all([settingsCheck(config, patient.env), diskCheck(config, patient.freeBytes), addressCheck(config)]),
    withinDatabase(config, patient),
    all(outsideChecks(config, patient)),
  ]);
  return [...node, ...ground, ...database, ...services];
}

function configOf({ env }: Patient): Config | Finding[] {
  try {
    return readConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const mend = 'correct it in the environment or in .env; .env.example has every variable';
    return error.problems.map((says) => ({ part: 'settings', ...wrong(says, mend) }));
  }
}

async function withinDatabase(config: Config, patient: Patient): Promise<Finding[]> {
  if (config.database.url === null && knownPlace(config.dataDir) === null) {
    const said = look('the embedded one is not made yet', '`npm start` makes it, or set DATABASE_URL');
    return [{ part: 'database', ...said }, ...(await askAll([redisCheck(config)], patient))];
  }
  const address = await openDatabaseAddress(config);
  const { driver, neonWsProxy: wsProxy } = config.database;
  const database = openDatabase({ url: address.url, driver, wsProxy: wsProxy ?? undefined, poolMax: 4 });
  try {
    return await lookInside(config, database, patient);
  } finally {
    await database.close();
    await address.close();
  }
}

async function lookInside(config: Config, database: Database, patient: Patient): Promise<Finding[]> {
  const { pool } = database;
  const { now, patienceMs } = patient;
  const all = (checks: readonly Check[]) => askAll(checks, patient);
  const reached = await run(reachCheck(config, pool), patienceMs);
  const secrets = knownSecrets(config);
  if (isWrong(reached)) return [...reached, ...(await all([redisCheck(config), secretsCheck(config, secrets, null)]))];
  const schema = await run(schemaCheck(pool), patienceMs);
  const others = await all(databaseChecks(config, pool, now));
  const queue = await all([redisCheck(config), queueCheck(config, database)]);
  const inside = [...reached, ...schema, ...others, ...queue];
  if (isWrong(schema)) return [...inside, ...(await all([secretsCheck(config, secrets, null)]))];
  const shops = secrets === null ? [] : await storeChecks(config, secrets, pool);
  return [...inside, ...(await all([secretsCheck(config, secrets, pool), ...shops]))];
}

function outsideChecks(config: Config, { now }: Patient): Check[] {
  const { publicUrl, store } = config;
  const { smobiWebhookSecret } = config.given;
  return [
    smobiCheck('Smobi', config.smobi.outbound, smobiWebhookSecret),
    twilioCheck('Twilio', config.twilio, publicUrl),
    squareCheck('Square', config.square, { currency: store.currency, publicUrl }),
    claudeCheck(config),
    ...bookChecks(config, now),
  ];
}

async function askAll(checks: readonly Check[], { only = '', patienceMs }: Patient): Promise<Finding[]> {
  const wanted = checks.filter(({ part }) => isCalled(part, only));
  return (await Promise.all(wanted.map((check) => run(check, patienceMs)))).flat();
}

/** `openlibrary` and `Open L` call Open Library. */
export function isCalled(part: string, only: string): boolean {
  const plain = (name: string) => name.toLowerCase().replace(/[\s_-]+/g, '');
  return plain(part).startsWith(plain(only));
}

/** Whether anything is: the doctor's exit code. */
export function isWrong(findings: readonly Finding[]): boolean {
  return findings.some(({ verdict }) => verdict === 'wrong');
}
