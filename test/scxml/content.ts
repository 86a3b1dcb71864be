// The executable content of an SCXML document as XState's own actions: <raise> is `raise`, <assign> is `assign`, <log> a command,
// a <send> to itself `sendTo` or a delayed `raise`; what branches or loops is an `enqueueActions`.
import { assign, cancel, enqueueActions, raise, sendTo } from 'xstate';
import type { AnyEventObject } from 'xstate';
import { command } from '../../src/runtime/authoring.ts';
import { childrenOf } from './document.ts';
import type { Element } from './document.ts';
import { evaluate, execute } from './expressions.ts';
import type { Data } from './expressions.ts';

/** Why a document cannot be said in XState. */
export class Inexpressible extends Error {}

type Scope = { data: Data; event: AnyEventObject };
type Args = { context: Data; event: AnyEventObject };

/** Names of actions for a chart, and what they stand for. */
export class Content {
  readonly actions: Record<string, unknown> = { log: command<object>('log') };
  #named = 0;

  constructor(private readonly declared: ReadonlySet<string>) {}

  /** What a chart's `entry`, `exit` or `actions` lists for these elements. */
  actionsOf(elements: readonly Element[]): unknown[] {
    return elements.map((element) => this.#actionOf(element));
  }

  #actionOf(element: Element): unknown {
    const { tag, attributes } = element;
    switch (tag) {
      case 'raise':
        return this.#name(raise({ type: need(attributes, 'event') }));
      case 'log':
        return { type: 'log', params: (args: Args) => logged(element, { data: args.context, event: args.event }) };
      case 'assign':
        return this.#name(assign((args: Args) => assigned(element, this.declared, args)));
      case 'cancel':
        return this.#name(cancel(({ context: data, event }: Args) => cancelled(element, { data, event })));
      case 'send':
        return this.#name(this.#sending(element));
      case 'if':
      case 'foreach':
      case 'script':
        refuseDeep(element);
        return this.#name(enqueueActions((args) => this.#enqueue(element, args)));
      default:
        throw new Inexpressible(`<${tag}>`);
    }
  }

  #name(action: unknown): string {
    const name = `content${this.#named++}`;
    this.actions[name] = action;
    return name;
  }

  #sending(element: Element): unknown {
    refuseOutside(element);
    const { delay, delayexpr, target, id } = element.attributes;
    const event = ({ context: data, event }: Args) => eventOf(element, { data, event });
    if (delay !== undefined || delayexpr !== undefined) {
      const wait = ({ context, event: at }: Args) =>
        millisecondsOf(delayexpr === undefined ? delay : evaluate(delayexpr, context, at));
      return raise(event, { delay: wait, ...(id === undefined ? {} : { id }) });
    }
    return target === '#_internal' ? raise(event) : sendTo(({ self }) => self, event);
  }

  // The block runs over a copy of the data; what it asks for is enqueued as it stands when its turn comes.
  #enqueue(element: Element, { context, event, enqueue }: Args & { enqueue: Enqueue }): void {
    const data: Data = structuredClone(context);
    runBlock([element], { data, event }, this.declared, enqueue);
    enqueue.assign(data);
  }
}

type Enqueue = {
  (action: { type: 'log'; params: object }): void;
  assign: (data: Data) => void;
  raise: (event: AnyEventObject) => void;
};

function runBlock(elements: readonly Element[], scope: Scope, declared: ReadonlySet<string>, enqueue: Enqueue): void {
  for (const element of elements) {
    switch (element.tag) {
      case 'raise':
        enqueue.raise({ type: need(element.attributes, 'event') });
        break;
      case 'log':
        enqueue({ type: 'log', params: logged(element, scope) });
        break;
      case 'assign':
        Object.assign(scope.data, assigned(element, declared, { context: scope.data, event: scope.event }));
        break;
      case 'script':
        execute(element.text, scope.data, scope.event);
        break;
      case 'if':
        runBlock(branchOf(element, scope), scope, declared, enqueue);
        break;
      case 'foreach':
        for (const round of roundsOf(element, scope)) {
          Object.assign(scope.data, round);
          runBlock(element.children, scope, declared, enqueue);
        }
    }
  }
}

function refuseDeep(element: Element): void {
  if (element.attributes['src'] !== undefined) throw new Inexpressible('a script from a file');
  for (const child of element.children) {
    if (child.tag === 'send' || child.tag === 'cancel')
      throw new Inexpressible(`<${child.tag}> inside of <${element.tag}>`);
    refuseDeep(child);
  }
}

function refuseOutside({ attributes, children }: Element): void {
  const { target, targetexpr, type, typeexpr, event, eventexpr, idlocation } = attributes;
  if (targetexpr !== undefined || (target !== undefined && target !== '#_internal'))
    throw new Inexpressible('<send> to another session');
  if (typeexpr !== undefined || (type !== undefined && !type.endsWith('SCXMLEventProcessor') && type !== 'scxml'))
    throw new Inexpressible('<send> through another I/O processor');
  if (idlocation !== undefined) throw new Inexpressible('<send idlocation>: an id that the platform makes up');
  if (event === undefined && eventexpr === undefined) throw new Inexpressible('<send> without a name');
  if (children.some(({ children: inside }) => inside.length > 0)) throw new Inexpressible('XML as data');
}

function branchOf({ attributes, children }: Element, { data, event }: Scope): Element[] {
  let holds = Boolean(evaluate(need(attributes, 'cond'), data, event));
  let taken = holds;
  const branch: Element[] = [];
  for (const child of children) {
    if (child.tag === 'else' || child.tag === 'elseif') {
      holds = !taken && (child.tag === 'else' || Boolean(evaluate(need(child.attributes, 'cond'), data, event)));
      taken ||= holds;
    } else if (holds) branch.push(child);
  }
  return branch;
}

function roundsOf({ attributes }: Element, { data, event }: Scope): Data[] {
  const array: unknown = evaluate(need(attributes, 'array'), data, event);
  if (!Array.isArray(array)) throw new TypeError('<foreach> over what is no array');
  const { item = '', index } = attributes;
  evaluate(`function (${item}) {}`, data, event); // a name that is none fails
  return array.map((value: unknown, n) => ({ [item]: value, ...(index === undefined ? {} : { [index]: n }) }));
}

function assigned(element: Element, declared: ReadonlySet<string>, { context, event }: Args): Data {
  const location = need(element.attributes, 'location');
  const { expr } = element.attributes;
  const value = expr === undefined ? contentOf(element.text) : evaluate(expr, context, event);
  if (declared.has(location)) return { [location]: value ?? null };
  const data: Data = structuredClone(context);
  evaluate(location.replace(/[.[][^.[]*$/, ''), data, event); // what is not declared fails
  execute(`${location} = ${JSON.stringify(value)}`, data, event);
  return data;
}

function logged({ attributes }: Element, { data, event }: Scope): object {
  const { label, expr } = attributes;
  return { label: label ?? null, value: (expr === undefined ? null : evaluate(expr, data, event)) ?? null };
}

function cancelled({ attributes }: Element, { data, event }: Scope): string {
  const { sendid, sendidexpr } = attributes;
  return sendid ?? String(evaluate(sendidexpr ?? '', data, event));
}

/** The event that a <send> makes, its data evaluated. */
function eventOf(element: Element, { data, event }: Scope): AnyEventObject {
  const { event: name, eventexpr, namelist } = element.attributes;
  const type = name ?? String(evaluate(eventexpr ?? '', data, event));
  const names = namelist?.split(/\s+/) ?? [];
  const listed = names.map((part) => [part, evaluate(part, data, event)] as const);
  const sent = payloadOf(element, { data, event });
  if (listed.length === 0) return { type, ...(sent === undefined ? {} : { data: sent }) };
  return { type, data: { ...Object.fromEntries(listed), ...Object(sent) } };
}

/** What <param> and <content> say, of a <send> or of <donedata>. */
export function payloadOf(element: Element, { data, event }: Scope): unknown {
  const [content] = childrenOf(element, 'content');
  if (content) {
    const { expr } = content.attributes;
    return expr === undefined ? contentOf(content.text) : evaluate(expr, data, event);
  }
  const params = childrenOf(element, 'param').map(({ attributes: { name = '', expr, location } }) => {
    return [name, evaluate(expr ?? location ?? '', data, event)] as const;
  });
  return params.length > 0 ? Object.fromEntries(params) : undefined;
}

export function contentOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text.replace(/\s+/g, ' ');
  }
}

function millisecondsOf(delay: unknown): number {
  const [, digits, unit] = /^([\d.]+)(ms|s)?$/.exec(String(delay)) ?? [];
  if (digits === undefined) throw new Error(`"${String(delay)}" is no delay`);
  return Number(digits) * (unit === 's' ? 1000 : 1);
}

export function need(attributes: Element['attributes'], name: string): string {
  const value = attributes[name];
  if (value === undefined) throw new Inexpressible(`an element without its attribute "${name}"`);
  return value;
}
