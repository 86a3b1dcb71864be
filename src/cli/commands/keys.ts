// `marty keys rotate`: from PII_KEY_PREVIOUS to PII_KEY beside running processes; `--check` says whether anything is left to do.
import cliProgress from 'cli-progress';
import { loadConfig } from '../config.ts';
import { assertFitting } from '../keys/fitting.ts';
import { underWaySince } from '../keys/rotations.ts';
import { checkKeys, rotate, RotationUnderWay } from '../keys/rotate.ts';
import type { Part, Progress } from '../keys/rotate.ts';
import { openMigrated } from '../shop/open-shop.ts';
import { UsageError } from '../plain-errors.ts';

const DOING = { renew: 'sealing anew', check: 'looking it over' } as const;

/** The exit code is 1 while anything is not under PII_KEY. */
export async function runKeysRotate({ check }: { check?: boolean }): Promise<void> {
  const { config, secrets } = loadConfig();
  const { piiKey: newest, piiKeyPrevious: previous } = secrets;
  if (previous === null && !check) {
    throw new UsageError(
      'PII_KEY_PREVIOUS is not set, so there is nothing to rotate from: docs/operations.md, Keys, has the steps.',
    );
  }
  const { address, database } = await openMigrated(config);
  const { pool } = database;
  try {
    await assertFitting(pool, { piiKey: newest, piiKeyPrevious: previous });
    const parts = await watched((onProgress) =>
      previous === null || check
        ? checkKeys({ pool, newest, previous, onProgress })
        : rotate({ pool, newest, previous, onProgress }),
    );
    report(parts, { withPrevious: previous !== null, isUnderWay: (await underWaySince(pool)) !== null });
  } finally {
    await database.close();
    await address.close();
  }
}

async function watched(work: (onProgress: (progress: Progress) => void) => Promise<Part[]>): Promise<Part[]> {
  const bar = new cliProgress.SingleBar({
    format: '{bar} {percentage}% · {what}',
    clearOnComplete: true,
    stream: process.stderr,
  });
  bar.start(0, 0, { what: '' });
  try {
    return await work(({ doing, part, rows, total }) => {
      bar.setTotal(Math.max(rows, total));
      bar.update(rows, { what: `${DOING[doing]}: ${part}, ${rows} rows` });
    });
  } catch (error) {
    if (error instanceof RotationUnderWay) throw new UsageError('Another rotation is under way on this database.');
    throw error;
  } finally {
    bar.stop();
  }
}

type Circumstances = { withPrevious: boolean; isUnderWay: boolean };

function report(parts: readonly Part[], circumstances: Circumstances): void {
  for (const { part, rows, renewed, previous, neither, duplicates } of parts) {
    const counts = [
      `${rows} rows`,
      `${renewed} sealed anew`,
      `${previous} still under PII_KEY_PREVIOUS`,
      `${neither} under neither key`,
    ];
    console.log(`${part}: ${counts.filter((count) => !count.startsWith('0 ')).join(', ') || 'empty'}`);
    for (const key of duplicates) console.log(`  ${key} had the address of an older actor, and has none now`);
  }
  const said = verdict(parts, circumstances);
  if (!said.isWell) process.exitCode = 1;
  console.log(said.words);
}

function verdict(parts: readonly Part[], { withPrevious, isUnderWay }: Circumstances) {
  const isWell = false;
  if (parts.some(({ previous }) => previous > 0))
    return {
      isWell,
      words:
        'Some is still under PII_KEY_PREVIOUS. Run `marty keys rotate`; if this stays, a process still has the old key as its PII_KEY.',
    };
  if (parts.some(({ neither }) => neither > 0))
    return { isWell, words: 'Some is opened by no key that is set: it was written under another one.' };
  if (isUnderWay) return { isWell, words: 'A rotation has begun and not ended: run `marty keys rotate` again.' };
  if (parts.some(({ duplicates }) => duplicates.length > 0))
    return {
      isWell,
      words:
        'Everything is under PII_KEY. A process that knew the old key alone took some customers for new ones: look at the keys above ' +
        'in the console, for what those agreed to or refused (STOP) is not known of the older ones.',
    };
  return { isWell: true, words: `Everything is under PII_KEY${withPrevious ? ', and PII_KEY_PREVIOUS can go' : ''}.` };
}
