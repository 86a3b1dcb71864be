// Whether a snapshot stands where its chart has states: XState 5.33 can leave a chart, and would not find its way back there.
import type { AnyMachineSnapshot, AnyStateNode } from 'xstate';

/**
 * The parent of each entered state is entered, with one child if it is compound and all regions if it is parallel. Two regions
 * that take transitions on the same event, one out of their parallel parent, can break that.
 */
export function isWhole({ _nodes: nodes }: AnyMachineSnapshot): boolean {
  const entered = new Set(nodes);
  return nodes.every((node) => (!node.parent || entered.has(node.parent)) && hasItsChildren(node, entered));
}

function hasItsChildren({ type, states }: AnyStateNode, entered: ReadonlySet<AnyStateNode>): boolean {
  if (type !== 'compound' && type !== 'parallel') return true;
  let inside = 0;
  let missing = 0;
  for (const child of Object.values(states)) {
    if (entered.has(child)) inside += 1;
    else if (child.type !== 'history') missing += 1;
  }
  return type === 'parallel' ? missing === 0 : inside === 1;
}
