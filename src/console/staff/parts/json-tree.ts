// A JSON value as a tree that opens and closes by keyboard; what differs from an earlier value is marked.
import { element } from '../../dom.ts';
import { words } from '../words.ts';

/** Deeper than that a tree starts closed. */
const OPEN_DEPTH = 1;

/** `before` marks changes; leave it out to mark none. */
export function jsonTree(value: unknown, before?: unknown): HTMLElement {
  const marks = arguments.length > 1;
  return element('div', { class: 'json' }, ...(isBranch(value) ? rows(value, before, 0, marks) : [leaf(value)]));
}

function rows(value: object, before: unknown, depth: number, marks: boolean): HTMLElement[] {
  const entries = Object.entries(value);
  if (entries.length === 0) return [element('span', { class: 'json-empty' }, words.json.empty)];
  return entries.map(([name, inner]) => row(name, inner, propertyOf(before, name), depth, marks));
}

function row(name: string, value: unknown, before: unknown, depth: number, marks: boolean): HTMLElement {
  const hasChanged = marks && JSON.stringify(value) !== JSON.stringify(before);
  const key = element('span', { class: 'json-key' }, name);
  const changed = hasChanged ? [element('span', { class: 'unseen' }, words.json.changed)] : [];
  if (!isBranch(value) || Object.keys(value).length === 0) {
    return element('div', { class: 'json-row', 'data-changed': hasChanged }, key, ...changed, leaf(value));
  }
  const size = Array.isArray(value) ? `[${value.length}]` : `{${Object.keys(value).length}}`;
  const summary = element('summary', {}, key, ...changed, element('span', { class: 'json-size' }, size));
  const inside = element('div', { class: 'json-inside' }, ...rows(value, before, depth + 1, marks));
  const open = depth < OPEN_DEPTH || hasChanged;
  return element('details', { class: 'json-branch', open, 'data-changed': hasChanged }, summary, inside);
}

function leaf(value: unknown): HTMLElement {
  const kind = value === null ? 'null' : typeof value;
  const text = isBranch(value) ? (Array.isArray(value) ? '[ ]' : '{ }') : JSON.stringify(value);
  return element('span', { class: `json-${kind}` }, text ?? 'undefined');
}

function isBranch(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function propertyOf(value: unknown, name: string): unknown {
  return isBranch(value) ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;
}
