// Draws a statechart as Mermaid. Mermaid has no arrows between the insides of two composites, so each arrow is drawn
// between the outermost states that it joins; transitions that stay where they are have no arrow.
import type { AnyStateMachine, AnyStateNode } from 'xstate';

/** A page of Markdown: a picture of each region of the chart, and each state in a sentence. Same chart, same text. */
export function pageOf(machine: AnyStateMachine): string {
  const { root } = machine;
  const regions = regionsOf(root);
  const source = `machines/${machine.id}.ts`;
  return [
    `# The ${machine.id}'s statechart`,
    `Drawn from \`${source}\` by \`npm run docs\`. ${root.description ?? ''}`,
    ...regions.flatMap((region) => sectionOf(region)),
  ]
    .join('\n\n')
    .concat('\n');
}

/** A text with the pictures of charts between its marks `<!-- chart: id -->` and `<!-- end -->`. */
export function withCharts(text: string, machines: readonly AnyStateMachine[]): string {
  return machines.reduce((whole, { id, root }) => {
    const pictures = regionsOf(root).flatMap((region) => [
      ...(region.parent ? [`**${region.key}**`] : []),
      pictureOf(region),
    ]);
    const marked = new RegExp(`(<!-- chart: ${id} -->\\n)[^]*?(<!-- end -->)`);
    return whole.replace(
      marked,
      (_all, open: string, close: string) => `${open}\n${pictures.join('\n\n')}\n\n${close}`,
    );
  }, text);
}

function regionsOf(root: AnyStateNode): AnyStateNode[] {
  return root.type === 'parallel' ? childrenOf(root) : [root];
}

function pictureOf(region: AnyStateNode): string {
  return ['```mermaid', 'stateDiagram-v2', ...drawn(region, '  '), '```'].join('\n');
}

function sectionOf(region: AnyStateNode): string[] {
  const title = region.parent ? [`## ${region.key}`, region.description ?? ''] : [];
  return [...title, pictureOf(region), sentencesOf(region), ...anywhereIn(region)];
}

// What may happen in any state below a composite would be an arrow from each of them; a sentence is clearer.
function anywhereIn(region: AnyStateNode): string[] {
  const edges = descendantsOf(region)
    .filter((node) => childrenOf(node).length > 0)
    .flatMap(edgesOf)
    .filter(({ from, to }) => isWithin(from, to))
    .map(({ from, to, label }) => {
      const where = from === region ? 'Anywhere' : `Anywhere in ${nameIn(region, from)}`;
      return `- ${where}, on \`${label}\`: to ${nameIn(region, to)}`;
    });
  return edges.length > 0 ? [edges.join('\n')] : [];
}

function sentencesOf(region: AnyStateNode): string {
  const states = descendantsOf(region).filter((node) => node !== region);
  return states.map((node) => `- **${nameIn(region, node)}**: ${node.description ?? ''}`).join('\n');
}

function drawn(parent: AnyStateNode, indent: string): string[] {
  const start = parent.initial.target?.[0];
  const first = start ? [`${indent}[*] --> ${idOf(childTowards(parent, start))}`] : [];
  const states = childrenOf(parent).flatMap((child) => {
    const declared = `${indent}state "${child.key}" as ${idOf(child)}`;
    return childrenOf(child).length > 0 ? [`${declared} {`, ...drawn(child, `${indent}  `), `${indent}}`] : [declared];
  });
  return [...states, ...first, ...arrowsOf(parent).map((arrow) => indent + arrow)];
}

// One arrow for all that leads from one child to another: its labels are what may happen.
function arrowsOf(parent: AnyStateNode): string[] {
  const labels = new Map<string, Set<string>>();
  for (const { from, to, label } of descendantsOf(parent).flatMap(edgesOf)) {
    if (!isWithin(parent, from) || !isWithin(parent, to) || to === parent || from === parent) continue;
    const [source, target] = [childTowards(parent, from), childTowards(parent, to)];
    if (source === target && from !== source) continue;
    const arrow = `${idOf(source)} --> ${idOf(target)}`;
    labels.set(arrow, (labels.get(arrow) ?? new Set()).add(label));
  }
  return [...labels].map(([arrow, all]) => `${arrow}: ${[...all].join('<br/>')}`);
}

type Edge = { from: AnyStateNode; to: AnyStateNode; label: string };

function edgesOf(node: AnyStateNode): Edge[] {
  return [...node.transitions.values()]
    .flat()
    .flatMap(({ eventType, guard, target }) =>
      (target ?? []).map((to) => ({ from: node, to, label: labelOf(eventType, guard) })),
    );
}

function labelOf(eventType: string, guard: unknown): string {
  const happened = eventType
    .replace(/^xstate\.after\.(\w+)\..*$/, 'after $1')
    .replace(/^xstate\.done\.actor\.(\w+)$/, '$1 done')
    .replace(/^xstate\.error\.actor\.(\w+)$/, '$1 failed');
  const question = guardName(guard);
  return question ? `${happened} (${question})` : happened;
}

function guardName(guard: unknown): string {
  if (typeof guard === 'string') return guard;
  if (typeof guard !== 'object' || guard === null || !('type' in guard)) return '';
  const params = 'params' in guard ? Object.values(Object(guard.params)) : [];
  return [guard.type, ...params].join(' ');
}

function childrenOf(node: AnyStateNode): AnyStateNode[] {
  return Object.values(node.states);
}

function descendantsOf(node: AnyStateNode): AnyStateNode[] {
  return [node, ...childrenOf(node).flatMap(descendantsOf)];
}

function isWithin(parent: AnyStateNode, node: AnyStateNode): boolean {
  return node === parent || (node.parent !== undefined && isWithin(parent, node.parent));
}

function childTowards(parent: AnyStateNode, node: AnyStateNode): AnyStateNode {
  return node.parent === undefined || node.parent === parent ? node : childTowards(parent, node.parent);
}

function idOf(node: AnyStateNode): string {
  return node.path.join('_');
}

function nameIn(region: AnyStateNode, node: AnyStateNode): string {
  return node.path.slice(region.path.length).join('.');
}
