// What an actor has asked the outside to do: input, result, attempts, and a second chance. In the past, what it had asked by then.
import type { z } from 'zod';
import { CommandPage } from '../../../web/wire/actors.ts';
import type { CommandRecord } from '../../../web/wire/actors.ts';
import { element } from '../../dom.ts';
import { Whatever } from '../api.ts';
import type { Office } from '../desk.ts';
import { button, chip } from '../parts/controls.ts';
import { ask } from '../parts/dialog.ts';
import { jsonTree } from '../parts/json-tree.ts';
import { load } from '../parts/load.ts';
import { empty } from '../parts/states.ts';
import { agoElement, countdown } from '../when.ts';
import { words } from '../words.ts';
import type { JourneyStore } from './journey.ts';

const LIMIT = 100;
const looks: Record<string, string> = { done: 'good', refused: 'plain', failed: 'alarm', cancelled: 'plain' };

export function commandsPanel(office: Office, actor: string, journey: JourneyStore, signal: AbortSignal): HTMLElement {
  const root = element('div', { class: 'commands' });
  let page: z.infer<typeof CommandPage> = { items: [], nextCursor: null };
  const show = () => {
    const { at } = journey.getSnapshot().context;
    const items = page.items.filter(({ seq }) => at === null || seq <= at);
    const rows = items.map((command) => commandRow(office, command, () => loader.again(), signal));
    root.replaceChildren(...(rows.length > 0 ? rows : [empty(words.commands.none, words.commands.noneText)]));
    if (page.nextCursor !== null) root.append(element('p', { class: 'note' }, words.commands.more(LIMIT)));
  };
  const read = (stop: AbortSignal) =>
    office.api.get('/api/commands', CommandPage, { query: { actor, limit: LIMIT }, signal: stop });
  const loader = load(
    root,
    read,
    (found) => {
      page = found;
      show();
    },
    signal,
  );
  const subscription = journey.subscribe(() => (root.isConnected ? show() : subscription.unsubscribe()));
  signal.addEventListener('abort', () => subscription.unsubscribe(), { once: true });
  return root;
}

function commandRow(office: Office, command: CommandRecord, changed: () => unknown, signal: AbortSignal): HTMLElement {
  const { name, status, attempt, error, seq, createdAt, dueAt, input, result, can, kind } = command;
  const summary = element(
    'summary',
    {},
    element('strong', {}, name),
    chip(words.commands.status(status), looks[status] ?? 'staff'),
    ...(attempt > 1 ? [chip(words.commands.attempt(attempt))] : []),
    ...(error === null ? [] : [chip(error, 'alarm')]),
    element('span', { class: 'command-when' }, agoElement(createdAt)),
  );
  const facts = element('dl', { class: 'pairs' });
  const fact = (label: string, ...value: Array<Node | string>) =>
    facts.append(element('dt', {}, label), element('dd', {}, ...value));
  fact(words.commands.turn, `${seq} · ${words.commands.kind(kind)}`);
  fact(words.commands.attempts, String(attempt));
  if (dueAt !== null) fact(words.commands.due, countdown(dueAt, signal));
  fact(words.commands.input, jsonTree(input));
  fact(words.commands.result, jsonTree(result));
  const act = (verb: 'retry' | 'cancel') => async () => {
    if (verb === 'cancel' && !(await ask({ ...words.commands.cancelQuestion(name), danger: true }))) return;
    try {
      await office.api.send({ method: 'POST', path: `/api/commands/${command.id}/${verb}`, schema: Whatever });
      office.tell(words.commands.did(verb, name));
      office.recount();
    } catch (problem) {
      office.complain(problem);
    }
    await changed();
  };
  const buttons = can.map((verb) =>
    button(words.commands.can[verb], act(verb), { small: true, look: verb === 'retry' ? 'main' : 'plain' }),
  );
  return element('details', { class: 'command' }, summary, facts, element('div', { class: 'buttons' }, ...buttons));
}
