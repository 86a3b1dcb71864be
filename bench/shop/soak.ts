// The whole shop under a steady stream of texts: does what it holds in memory stay the same? Customers text through the simulator.
import { chmodSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { destroyEmbeddedPostgres } from '../../src/cli/embedded/embedded-postgres.ts';
import { residentBytes } from '../turns/cpu.ts';
import { describeMachine } from '../turns/report.ts';
import { writeResults } from '../turns/results.ts';
import { startShop } from './shop.ts';
import type { Shop } from './shop.ts';
import { growthOf } from './slope.ts';
import type { Sample } from './slope.ts';

export type SoakOptions = { minutes: number; perSecond: number; phones: number; out: string | undefined };

const TEXTS = [
  'hi there',
  'do you have Dune?',
  'something like The Hobbit, but for grown-ups',
  'no thanks',
  'what else is there by Ursula Le Guin?',
  'when are you open?',
];
const SAMPLES = 60;
/** What it holds may grow by this share over the part that counts: caches fill, and the collector is lazy. */
const GROWTH_MAX = 0.1;

/** Answers whether every text was taken and memory stayed flat. */
export async function benchSoak({ minutes, perSecond, phones, out }: SoakOptions): Promise<boolean> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'marty-bench-'));
  chmodSync(folder, 0o755); // so that the server's account can enter it when root runs the benchmark
  const shop = await startShop({ folder, databaseUrl: null });
  try {
    const until = performance.now() + minutes * 60_000;
    const [texts, samples] = await Promise.all([text(shop, until, perSecond, phones), sample(shop, until, minutes)]);
    const [rss, heap] = [growthOf(samples, ({ rss: bytes }) => bytes), growthOf(samples, ({ heap: bytes }) => bytes)];
    const flat = rss.share < GROWTH_MAX && heap.share < GROWTH_MAX;
    const lines = [
      `${minutes} minutes, ${texts.sent} texts of ${phones} customers, ${texts.refused} refused`,
      `resident: ${sentenceOf(rss)}; heap: ${sentenceOf(heap)}: ${flat ? 'flat' : 'IT GROWS'}`,
    ].join('\n');
    const at = new Date().toISOString();
    const report = { at, machine: describeMachine({}), minutes, perSecond, phones, texts, rss, heap, samples };
    console.log(`${lines}\n${writeResults('soak', at, out, { json: report, txt: lines }).join('\n')}`);
    return flat && texts.refused === 0;
  } finally {
    await shop.stop();
    await destroyEmbeddedPostgres(folder);
  }
}

/** Sends at a rate that waits for nobody; counts what was not taken. */
async function text({ url }: Shop, until: number, perSecond: number, phones: number) {
  const texts = { sent: 0, refused: 0 };
  const underway: Array<Promise<void>> = [];
  for (let due = performance.now(); due < until; due += 1000 / perSecond) {
    if (due > performance.now()) await wait(due - performance.now());
    const n = texts.sent++;
    const from = `+1212${String(5_550_000 + (n % phones)).padStart(7, '0')}`;
    const body = JSON.stringify({ from, text: TEXTS[Math.floor(n / phones) % TEXTS.length] });
    const sending = fetch(`${url}/api/simulator/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    underway.push(
      sending.then(
        (answer) => void (texts.refused += answer.ok ? 0 : 1),
        () => void (texts.refused += 1),
      ),
    );
    if (underway.length > 1000) await Promise.all(underway.splice(0));
  }
  await Promise.all(underway);
  return texts;
}

async function sample({ pid, url }: Shop, until: number, minutes: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  const began = performance.now();
  while (performance.now() < until) {
    await wait((minutes * 60_000) / SAMPLES);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const heap = Number(/^nodejs_heap_size_used_bytes (\S+)/m.exec(metrics)?.[1]);
    if (Number.isNaN(heap)) throw new Error('/metrics does not tell the size of the heap');
    samples.push({ minute: (performance.now() - began) / 60_000, rss: residentBytes(pid, 'VmRSS'), heap });
  }
  return samples;
}

function sentenceOf({ meanBytes, bytesAnHour, share }: ReturnType<typeof growthOf>): string {
  const [mean, hourly] = [meanBytes, bytesAnHour].map((bytes) => (bytes / 2 ** 20).toFixed(1));
  return `${mean} MB, ${hourly} MB an hour (${(share * 100).toFixed(1)} % over the time that counts)`;
}
