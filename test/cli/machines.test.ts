// The statecharts as files: what is exported comes back as the same machine.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createMachine } from 'xstate';
import type { AnyStateNode } from 'xstate';
import { runMachinesExport, runMachinesList } from '../../src/cli/commands/machines.ts';
import { UsageError } from '../../src/cli/plain-errors.ts';
import { machines } from '../../src/cli/shop/machines.ts';

const folders: string[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe('marty machines export', () => {
  test('writes each machine in each format', async () => {
    const out = newFolder();
    vi.spyOn(console, 'log').mockReturnValue();
    await runMachinesExport(undefined, { format: 'all', out });
    expect(readdirSync(out).sort()).toEqual([
      'customer.js',
      'customer.json',
      'customer.md',
      'customer.svg',
      'order.js',
      'order.json',
      'order.md',
      'order.svg',
    ]);
    expect(readFileSync(join(out, 'order.md'), 'utf8')).toContain('stateDiagram-v2');
    const picture = readFileSync(join(out, 'order.svg'), 'utf8');
    expect([picture.includes('awaitingPayment'), picture.endsWith('</svg>\n')]).toEqual([true, true]);
  });

  test.each(machines.map(({ machine }) => machine))('the JSON of $id is the whole chart', async (machine) => {
    const printed = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    await runMachinesExport(machine.id, { format: 'json' });
    const config: object = JSON.parse(String(printed.mock.calls[0]?.[0]));
    expect(outlineOf(createMachine(config).root)).toEqual(outlineOf(machine.root));
  });

  test('says what there is when asked for what is not', async () => {
    await expect(runMachinesExport('dragon', { format: 'json' })).rejects.toThrow('There is no machine "dragon"');
    await expect(runMachinesExport('order', { format: 'png' })).rejects.toThrow('use json, js, mermaid, svg or all');
    await expect(runMachinesExport(undefined, { format: 'json' })).rejects.toThrow(UsageError);
  });
});

test('marty machines ls names each machine with its version', () => {
  const printed = vi.spyOn(console, 'log').mockReturnValue();
  runMachinesList();
  expect(printed.mock.calls.map(([line]) => String(line).split('  ').slice(0, 2))).toEqual(
    machines.map(({ machine, version }) => [machine.id, `v${version}`]),
  );
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'marty-charts-'));
  folders.push(folder);
  return folder;
}

// States with their kinds and where each event leads, all the way down.
function outlineOf(node: AnyStateNode): unknown {
  const ways = [...node.transitions].map(([type, all]) => [type, all.map(({ target }) => target?.map(({ id }) => id))]);
  return {
    type: node.type,
    ways,
    invokes: node.invoke.map(({ id }) => id),
    states: Object.values(node.states).map(outlineOf),
  };
}
