// An SCXML document as a tree of elements.
import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';

export type Element = { tag: string; attributes: Record<string, string>; children: Element[]; text: string };

const Ordered: z.ZodType<ReadonlyArray<Record<string, unknown>>> = z.array(z.record(z.string(), z.unknown()));
const Attributes = z.record(z.string(), z.string()).default({});
const parser = new XMLParser({
  preserveOrder: true,
  removeNSPrefix: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseAttributeValue: false,
  parseTagValue: false,
});

/** @throws where the text is not one SCXML document */
export function parseDocument(xml: string): Element {
  const [root] = elementsOf(Ordered.parse(parser.parse(xml))).filter(({ tag }) => tag === 'scxml');
  if (!root) throw new Error('the document has no <scxml>');
  return root;
}

function elementsOf(nodes: ReadonlyArray<Record<string, unknown>>): Element[] {
  return nodes.flatMap((node) => {
    const tag = Object.keys(node).find((key) => key !== ':@' && key !== '#text');
    if (tag === undefined || tag.startsWith('?')) return [];
    const inside = Ordered.parse(node[tag]);
    const text = inside.map((child) => child['#text'] ?? '').join('');
    return [{ tag, attributes: Attributes.parse(node[':@']), children: elementsOf(inside), text: text.trim() }];
  });
}

export function childrenOf(element: Element, ...tags: string[]): Element[] {
  return element.children.filter(({ tag }) => tags.includes(tag));
}

/** The element and all below it, in the document's order. */
export function allOf(element: Element): Element[] {
  return [element, ...element.children.flatMap(allOf)];
}
