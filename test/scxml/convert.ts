// Turns an SCXML document into an XState machine. Events of a document are finitely many, so its `*` and its prefixes are spelt out;
// a deep initial state is a child that is left at once. What XState has no word for throws Inexpressible.
import { and, not, stateIn, StateMachine } from 'xstate';
import type { AnyEventObject, AnyStateMachine } from 'xstate';
import { z } from 'zod';
import type { Case } from '../equivalence/actor-script.ts';
import { Content, contentOf, Inexpressible, need, payloadOf } from './content.ts';
import { allOf, childrenOf } from './document.ts';
import type { Element } from './document.ts';
import { evaluate } from './expressions.ts';
import type { Data } from './expressions.ts';

const STATES = ['state', 'parallel', 'final', 'history'];
const DONE = 'done.state.';
const MICROSTEPS_MAX = 200;
const Config = z.custom<AnyStateMachine['config']>((value) => typeof value === 'object' && value !== null);
const Parts = z.custom<AnyStateMachine['implementations']>((value) => typeof value === 'object' && value !== null);

/** @param sent names of the events that the test sends @throws Inexpressible */
export function convert(document: Element, sent: readonly string[]): Case {
  refuse(document);
  const data = dataOf(document);
  const chart = new Chart(document, new Content(new Set(Object.keys(data))), sent);
  const config = Config.parse({ ...chart.nodeOf(document), context: data, options: { maxIterations: MICROSTEPS_MAX } });
  const parts = Parts.parse(chart.implementations());
  return { build: () => new StateMachine(config, parts), context: z.record(z.string(), z.unknown()) };
}

/** A dot would be a path to XState. */
export function idOf(name: string): string {
  return name.replace(/\./g, '_');
}

const IN = /\bIn\s*\(/;
const REFUSED: ReadonlyArray<[RegExp, string]> = [
  [/_sessionid|_ioprocessors|\b_name\b|\b_x\b/, 'system variables'],
  [
    /_event\.(?:origin|origintype|sendid|invokeid|type)|_event\[|(?:=|\bin)\s*_event\b/,
    'fields of `_event` besides name and data',
  ],
];

function refuse(document: Element): void {
  if (document.attributes['binding'] === 'late') throw new Inexpressible('late binding of data');
  for (const { tag, attributes, text } of allOf(document)) {
    if (tag === 'invoke') throw new Inexpressible('<invoke> of another session');
    if (tag === 'data' && attributes['src'] !== undefined) throw new Inexpressible('data from a file');
    if (tag === 'script' && /\bfunction\b/.test(text)) throw new Inexpressible('a script that defines functions');
    if (tag !== 'transition' && Object.values(attributes).some((value) => IN.test(value)))
      throw new Inexpressible('`In` outside of a transition’s condition');
    const code = [...Object.values(attributes), tag === 'script' ? text : ''].join('\n');
    for (const [pattern, what] of REFUSED) if (pattern.test(code)) throw new Inexpressible(what);
  }
}

function dataOf(document: Element): Data {
  const data: Data = {};
  for (const { tag, attributes, text, children } of allOf(document)) {
    if (tag !== 'data') continue;
    if (children.length > 0) throw new Inexpressible('XML as data');
    const { expr } = attributes;
    data[need(attributes, 'id')] =
      (expr === undefined ? (text === '' ? null : contentOf(text)) : evaluated(expr, data)) ?? null;
  }
  return data;
}

function evaluated(expr: string, data: Data): unknown {
  try {
    return evaluate(expr, data, { type: '' });
  } catch {
    throw new Inexpressible('`error.execution`, here of an initial value');
  }
}

class Chart {
  readonly #guards: Record<string, unknown> = {};
  readonly #alphabet: readonly string[];
  readonly #names = new Map<Element, string>();

  constructor(
    private readonly document: Element,
    private readonly content: Content,
    sent: readonly string[],
  ) {
    const all = allOf(document);
    all.filter(({ tag }) => STATES.includes(tag) || tag === 'scxml').forEach((state, n) => this.#nameIt(state, n));
    const named = all.flatMap(({ tag, attributes: { event = '' } }) =>
      tag === 'transition' ? event.split(/\s+/).map((part) => part.replace(/\.?\*?$/, '')) : [event],
    );
    const done = all
      .filter(({ tag }) => tag === 'state' || tag === 'parallel')
      .map((state) => DONE + this.#nameOf(state));
    this.#alphabet = [...new Set([...sent, ...named, ...done].filter((name) => name !== ''))];
  }

  #nameIt(state: Element, n: number): void {
    const { id } = state.attributes;
    this.#names.set(state, state === this.document ? 'scxml' : id === undefined ? `unnamed${n}` : idOf(id));
  }

  #nameOf(state: Element): string {
    return this.#names.get(state) ?? '';
  }

  implementations(): object {
    return { actions: this.content.actions, guards: this.#guards, delays: {}, actors: {} };
  }

  nodeOf(state: Element): Record<string, unknown> {
    const id = this.#nameOf(state);
    if (state.tag === 'history') return { id, ...this.#historyOf(state) };
    const transitions = childrenOf(state, 'transition');
    const scripts = childrenOf(state, 'script');
    return {
      id,
      ...this.#familyOf(state),
      entry: this.content.actionsOf([...scripts, ...contentIn(state, 'onentry')]),
      exit: this.content.actionsOf(contentIn(state, 'onexit')),
      ...(state.tag === 'final' ? this.#outputOf(state) : {}),
      ...(transitions.length > 0 ? this.#edgesOf(transitions) : {}),
    };
  }

  #familyOf(state: Element): Record<string, unknown> {
    const children = childrenOf(state, ...STATES);
    const states = Object.fromEntries(children.map((child) => [this.#nameOf(child), this.nodeOf(child)]));
    if (state.tag === 'parallel') return { type: 'parallel', states };
    if (state.tag === 'final') return { type: 'final' };
    const standing = children.filter(({ tag }) => tag !== 'history');
    if (standing[0] === undefined) return {};
    const [marked] = childrenOf(state, 'initial').flatMap((initial) => childrenOf(initial, 'transition'));
    const targets = targetsOf(marked?.attributes['target'] ?? state.attributes['initial']);
    const actions = this.content.actionsOf(marked?.children ?? []);
    const [target = this.#nameOf(standing[0]), ...more] = targets;
    if (more.length === 0 && standing.some((child) => this.#nameOf(child) === target))
      return { initial: { target, actions }, states };
    const begin = { always: { target: targets.map((name) => `#${name}`), actions } };
    return { initial: `${this.#nameOf(state)}Begins`, states: { ...states, [`${this.#nameOf(state)}Begins`]: begin } };
  }

  #historyOf(state: Element): Record<string, unknown> {
    const [transition] = childrenOf(state, 'transition');
    if (transition && transition.children.length > 0) throw new Inexpressible('content of a history’s own transition');
    const target = targetsOf(transition?.attributes['target']).map((name) => `#${name}`);
    const history = state.attributes['type'] === 'deep' ? 'deep' : 'shallow';
    return { type: 'history', history, ...(target.length > 0 ? { target } : {}) };
  }

  #outputOf(state: Element): Record<string, unknown> {
    const [donedata] = childrenOf(state, 'donedata');
    if (!donedata) return {};
    return {
      output: ({ context, event }: { context: Data; event: AnyEventObject }) =>
        payloadOf(donedata, { data: context, event }),
    };
  }

  #edgesOf(transitions: readonly Element[]): Record<string, unknown> {
    const on: Record<string, unknown[]> = {};
    const always: unknown[] = [];
    for (const transition of transitions) {
      const edge = this.#edgeOf(transition);
      const { event } = transition.attributes;
      if (event === undefined) always.push(edge);
      else for (const name of this.#spelt(event)) (on[xstateName(name)] ??= []).push(edge);
    }
    return { on, always };
  }

  // An event fits a descriptor that is a prefix of it, in whole words.
  #spelt(descriptors: string): string[] {
    const words = descriptors.split(/\s+/).map((word) => word.replace(/\.?\*$/, ''));
    const fits = (name: string) => words.some((word) => word === '' || name === word || name.startsWith(`${word}.`));
    return this.#alphabet.filter(fits);
  }

  #edgeOf({ attributes, children }: Element): Record<string, unknown> {
    const { cond, target, type } = attributes;
    const targets = targetsOf(target).map((name) => `#${name}`);
    return {
      ...(targets.length > 0 ? { target: targets, reenter: type !== 'internal' } : {}),
      ...(cond === undefined ? {} : { guard: this.#guardOf(cond) }),
      actions: this.content.actionsOf(children),
    };
  }

  #guardOf(cond: string): string {
    const name = `guard${Object.keys(this.#guards).length}`;
    this.#guards[name] = guardOf(cond);
    return name;
  }
}

function guardOf(cond: string): unknown {
  if (!IN.test(cond))
    return ({ context, event }: { context: Data; event: AnyEventObject }) => Boolean(evaluate(cond, context, event));
  const terms = cond.split('&&').map((term) => /^\s*(!?)\s*In\s*\(\s*['"]([^'"]+)['"]\s*\)\s*$/.exec(term));
  return and(
    terms.map((term) => {
      if (!term?.[2]) throw new Inexpressible('`In` within a larger expression');
      const inside = stateIn(`#${idOf(term[2])}`);
      return term[1] === '!' ? not(inside) : inside;
    }),
  );
}

function contentIn(state: Element, tag: string): Element[] {
  return childrenOf(state, tag).flatMap(({ children }) => children);
}

function targetsOf(target: string | undefined): string[] {
  return (target ?? '').split(/\s+/).filter(Boolean).map(idOf);
}

function xstateName(name: string): string {
  return name.startsWith(DONE) ? `xstate.${DONE}${idOf(name.slice(DONE.length))}` : name;
}
