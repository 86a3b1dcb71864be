// `marty machines ls|export`: the statecharts of this build, from a terminal. Needs no database.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DurableMachine } from '../../runtime/machine.ts';
import { ChartFormat, chartFile, SUFFIX } from '../charts/export.ts';
import { machines } from '../shop/machines.ts';
import { UsageError } from '../plain-errors.ts';

export function runMachinesList(): void {
  for (const { machine, version } of machines) {
    console.log([machine.id, `v${version}`, machine.root.description ?? ''].join('  ').trimEnd());
  }
}

/** Writes the files of one machine, or of all, into a folder; one file alone goes to standard output where no folder is named. */
export async function runMachinesExport(
  id: string | undefined,
  flags: { format: string; out?: string },
): Promise<void> {
  const chosen = id === undefined ? machines : [machineOf(id)];
  const formats = flags.format === 'all' ? ChartFormat.options : [formatOf(flags.format)];
  const [only, ...others] = chosen.flatMap(({ machine }) => formats.map((format) => ({ machine, format })));
  if (!only) return;
  if (flags.out === undefined) {
    if (others.length > 0) throw new UsageError('That is several files: name a folder for them with --out.');
    process.stdout.write(await chartFile(only.machine, only.format));
    return;
  }
  mkdirSync(flags.out, { recursive: true });
  for (const { machine, format } of [only, ...others]) {
    const file = join(flags.out, `${machine.id}${SUFFIX[format]}`);
    writeFileSync(file, await chartFile(machine, format));
    console.log(file);
  }
}

function machineOf(id: string): DurableMachine {
  const found = machines.find(({ machine }) => machine.id === id);
  if (found) return found;
  throw new UsageError(
    `There is no machine "${id}"; there is ${machines.map(({ machine }) => machine.id).join(', ')}.`,
  );
}

function formatOf(text: string): ChartFormat {
  const format = ChartFormat.safeParse(text);
  if (format.success) return format.data;
  throw new UsageError(`"${text}" is no format: use ${ChartFormat.options.join(', ')} or all.`);
}
