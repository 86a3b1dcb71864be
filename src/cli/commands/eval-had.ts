// `marty eval` without `--golden`: how well Marty texted in the conversations that were had, counted by check and by voice.
import cliProgress from 'cli-progress';
import { conversationsSince, countSince } from '../eval/conversations-had.ts';
import type { ConversationHad } from '../eval/conversations-had.ts';
import { CHECKS, qualityOf } from '../eval/quality.ts';
import type { Check, Finding, Quality } from '../eval/quality.ts';
import { archiveOf } from '../shop/actor-desk.ts';
import type { Shop } from '../shop/open-shop.ts';
import { durationMs } from './duration.ts';
import { UsageError } from '../plain-errors.ts';
import { storeOf, withShop } from './with-shop.ts';

export type EvalHadFlags = { last: string; store?: string; ids?: boolean; show?: boolean; json?: boolean };

/** `checks`: findings by voice; conversations in which no line of a voice was said are under `none`. */
export type HadReport = {
  since: string;
  conversations: number;
  replies: number;
  texts: number;
  voices: Record<string, { replies: number; texts: number; checks: Record<Check, number> }>;
  /** The worst first. */
  worst: Array<{ actor: string; findings: Finding[] }>;
};
export type EvalHadHooks = { onStart: (conversations: number) => void; onRead: () => void; onEnd: () => void };

const WORST_MAX = 20;

/** Prints the report. */
export async function runEvalHad(flags: EvalHadFlags): Promise<void> {
  await withShop(async (shop) => {
    const bar = new cliProgress.SingleBar({ format: '{bar} {value} of {total} conversations', stream: process.stderr });
    const report = await evalHad(shop, flags, Date.now(), {
      onStart: (conversations) => bar.start(conversations, 0),
      onRead: () => bar.increment(),
      onEnd: () => bar.stop(),
    });
    console.log(flags.json ? JSON.stringify(report, null, 2) : inWords(report, flags));
  });
}

/** Reads only. @throws UsageError */
export async function evalHad(shop: Shop, flags: EvalHadFlags, nowMs: number, hooks: EvalHadHooks): Promise<HadReport> {
  const lastMs = durationMs(flags.last);
  if (lastMs === null) throw new UsageError(`--last is a span of time such as 24h or 7d, not "${flags.last}".`);
  const since = new Date(nowMs - lastMs);
  const storeId = storeOf(shop, flags.store).id;
  const report: HadReport = {
    since: since.toISOString(),
    conversations: 0,
    replies: 0,
    texts: 0,
    voices: {},
    worst: [],
  };
  hooks.onStart(await countSince(shop, storeId, since));
  try {
    for await (const had of conversationsSince(shop, storeId, since)) {
      add(report, had, qualityOf(had, nowMs), flags.show ?? false);
      hooks.onRead();
    }
  } finally {
    hooks.onEnd();
  }
  if (flags.ids) for (const one of report.worst) one.actor = await idOf(shop, storeId, one.actor);
  return report;
}

/** Only the worst are kept, and words only for who asks for them. */
function add(report: HadReport, { actorKey: actor, variant }: ConversationHad, quality: Quality, show: boolean): void {
  const voice = (report.voices[variant ?? 'none'] ??= { replies: 0, texts: 0, checks: noneYet() });
  for (const sum of [report, voice]) {
    sum.replies += quality.replies;
    sum.texts += quality.texts;
  }
  report.conversations += 1;
  for (const { check } of quality.findings) voice.checks[check] += 1;
  if (quality.findings.length === 0) return;
  const findings = show ? quality.findings : quality.findings.map((one) => ({ ...one, about: [] }));
  const worst = [...report.worst, { actor, findings }].toSorted((a, b) => b.findings.length - a.findings.length);
  report.worst = worst.slice(0, WORST_MAX);
}

function noneYet(): Record<Check, number> {
  return { long: 0, many: 0, voice: 0, repeated: 0, fallback: 0, unanswered: 0 };
}

async function idOf(shop: Shop, storeId: number, key: string): Promise<string> {
  return (await archiveOf(shop).show(storeId, key))?.id ?? key;
}

function inWords({ since, conversations, replies, texts, voices, worst }: HadReport, { show }: EvalHadFlags): string {
  const names = Object.keys(voices).toSorted();
  const rows = CHECKS.map((check) => {
    const each = names.map((name) => `${name} ${share(check, voices[name])}`);
    return `  ${check.padEnd(10)}  ${each.join('   ')}`;
  });
  const lines = worst.flatMap(({ actor, findings }) => [
    `  ${actor}: ${findings.map(({ check, at }) => `${check} ${at.toISOString()}`).join(', ')}`,
    ...(show ? findings.flatMap(({ about }) => about.map((text) => `    > ${text}`)) : []),
  ]);
  return [
    `Since ${since}: ${conversations} conversations, ${replies} replies, ${texts} texts of customers. By voice:`,
    ...rows,
    ...(worst.length > 0 ? ['', 'The most is wrong in:', ...lines] : []),
  ].join('\n');
}

function share(check: Check, voice: HadReport['voices'][string] | undefined): string {
  const all = (check === 'unanswered' ? voice?.texts : voice?.replies) ?? 0;
  const found = voice?.checks[check] ?? 0;
  return `${found} of ${all} (${all === 0 ? '–' : `${((found / all) * 100).toFixed(1)} %`})`;
}
