// Commands about stored actors, their charts and their journals.
import type { Command } from 'commander';
import { inStore } from './in-store.ts';

export function addActorCommands(program: Command): void {
  addVerify(program);
  addActors(program);
  addMachines(program);
  addReplay(program);
  addEval(program);
  addInspect(program);
  addTrouble(program);
}

function addVerify(program: Command): void {
  program
    .command('verify')
    .description('is every persisted actor at home in this build?')
    .action(async () => (await import('../commands/actors.ts')).runVerify());
}

function addActors(program: Command): void {
  const actors = program.command('actors').description('the stored actors and their journals');
  actors
    .command('ls')
    .description('newest activity first')
    .option('--machine <name>', 'customer or order')
    .option('--state <name>', 'standing in a state of this name')
    .option('--limit <n>', 'at most so many', '50')
    .option(...inStore)
    .action(async (flags) => (await import('../commands/actors.ts')).runActorsList(flags));
  actors
    .command('show <id>')
    .description('one actor as it stands, such as customer:+12015550123')
    .option(...inStore)
    .action(async (id, flags) => (await import('../commands/actors.ts')).runActorsShow(id, flags));
  actors
    .command('history <id>')
    .description('its turns')
    .option(...inStore)
    .action(async (id, flags) => (await import('../commands/actors.ts')).runActorsHistory(id, flags));
  actors
    .command('replay [id]')
    .description(
      'the gate before this build serves: step a journal through it, from birth to where the actor stands, and name the first turn that would differ; exit code 1 then',
    )
    .option('--all', 'the journals of all actors; of all stores, unless one is named')
    .option(...inStore)
    .action(async (id, flags) => (await import('../commands/replay-journals.ts')).runActorsReplay(id, flags));
  actors
    .command('fork <id>')
    .description(
      'copy an actor into a sandbox: text a customer there, tell an order events; what would leave is recorded, not done',
    )
    .option('--at <turn>', 'as it stood after this turn; the last one if left out')
    .option(...inStore)
    .action(async (id, flags) => (await import('../commands/fork.ts')).runActorsFork(id, flags));
}

function addMachines(program: Command): void {
  const charts = program.command('machines').description('the statecharts of this build; needs no database');
  charts
    .command('ls')
    .description('each with its version')
    .action(async () => (await import('../commands/machines.ts')).runMachinesList());
  charts
    .command('export [id]')
    .description(
      'as Stately’s JSON of machines, as the code that Stately Studio imports, as a page of Mermaid, or as an SVG; every machine if none is named',
    )
    .option('--format <name>', 'json, js (for Stately Studio: "Import from code"), mermaid, svg or all', 'json')
    .option('--out <folder>', 'write files there; one file alone goes to standard output without it')
    .action(async (id, flags) => (await import('../commands/machines.ts')).runMachinesExport(id, flags));
}

function addReplay(program: Command): void {
  program
    .command('replay')
    .description(
      'a shadow deploy: what was recorded runs through this build, and who would be answered differently is listed',
    )
    .option('--last <span>', 'as far back as this, such as 24h or 7d', '7d')
    .option('--claude', 'have Claude think his replies out again; it costs tokens, and his wording always differs')
    .option('--persona <file>', 'what Claude is told to be; prompts/system.md if left out')
    .option('--ignore-words', 'only states and acts count, not the wording')
    .option('--ids', 'name actors by phone number or order instead of by key')
    .option('--json', 'a line of JSON for each actor that differs, then the sum')
    .option(...inStore)
    .action(async (flags) => (await import('../commands/replay.ts')).runReplay(flags));
}

function addEval(program: Command): void {
  program
    .command('eval')
    .description(
      'how well does Marty text? the conversations of late: length, voice, repeated, fallbacks, unanswered. With --golden judged ones, had again; exit code 1 when one went wrong',
    )
    .option('--last <span>', 'as far back as this, such as 24h or 7d', '7d')
    .option('--ids', 'name customers by phone number instead of by key')
    .option('--golden [file]', 'judged conversations about the demo shop instead; test/golden if left out')
    .option(
      '--no-claude',
      'with --golden: judge the house alone; with ANTHROPIC_API_KEY Claude is judged too, for tokens',
    )
    .option('--show', 'print what went wrong, word for word')
    .option('--json', 'the same as JSON')
    .option(...inStore)
    .action(async (flags) => {
      if (flags.golden === undefined) return (await import('../commands/eval-had.ts')).runEvalHad(flags);
      return (await import('../commands/eval-golden.ts')).runEvalGolden({ ...flags, golden: flags.golden });
    });
}

function addInspect(program: Command): void {
  program
    .command('inspect')
    .description("Stately's inspector with the turns of every actor as they commit; what customers wrote is masked")
    .option('--actor <id...>', 'of these alone, such as customer:+12015550123')
    .option('--replay', 'play its stored history instead')
    .option('--speed <times>', 'how fast; long silences are cut short', '1')
    .option('--port <n>', 'where the inspector listens', '8089')
    .option('--inspector <url>', "the inspector's page, if not Stately's own")
    .option('--no-open', 'do not open a browser')
    .option(...inStore)
    .action(async (flags) => (await import('../commands/inspect.ts')).runInspect(flags));
}

function addTrouble(program: Command): void {
  const trouble = program.command('trouble').description('what was set aside, until a person decides');
  trouble
    .command('ls')
    .description('position, time, event, actor, and why')
    .option(...inStore)
    .action(async (flags) => (await import('../commands/trouble.ts')).runTroubleList(flags));
  trouble
    .command('retry <position>')
    .description('let the actor try it once more')
    .option(...inStore)
    .action(async (position, flags) => (await import('../commands/trouble.ts')).runTroubleRetry(position, flags));
  trouble
    .command('dismiss <position>')
    .description('throw it away')
    .option(...inStore)
    .action(async (position, flags) => (await import('../commands/trouble.ts')).runTroubleDismiss(position, flags));
}
