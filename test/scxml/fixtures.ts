// The fixtures: an SCXML document, and which states are entered after which event.
import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Move } from '../equivalence/actor-script.ts';
import { allOf, parseDocument } from './document.ts';
import type { Element } from './document.ts';

const Expected = z.object({
  initialConfiguration: z.array(z.string()),
  events: z.array(
    z.object({
      after: z.number().optional(),
      event: z.looseObject({ name: z.string(), data: z.unknown().optional() }),
      nextConfiguration: z.array(z.string()),
    }),
  ),
});

export type Fixture = {
  /** `w3c-ecma/test144` */
  name: string;
  document: Element;
  script: Move[];
  /** Names of the atomic states after each move, the birth first; null where the fixture does not say. */
  expected: Array<string[] | null>;
  sent: string[];
};

const folder = new URL('fixtures/', import.meta.url);

/** All of them, in the order of their names. */
export function allFixtures(): Fixture[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.scxml'));
  return files
    .map((file) => fixtureOf(file.replaceAll('\\', '/').replace(/\.scxml$/, '')))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function fixtureOf(path: string): Fixture {
  const { initialConfiguration, events } = Expected.parse(JSON.parse(read(`${path}.json`)));
  const expected: Fixture['expected'] = [initialConfiguration];
  const script: Move[] = [];
  for (const { after, event, nextConfiguration } of events) {
    if (after !== undefined) {
      script.push({ do: 'waitFor', ms: after });
      expected.push(null);
    }
    script.push({ do: 'send', event: { type: event.name, ...(event.data === undefined ? {} : { data: event.data }) } });
    expected.push(nextConfiguration);
  }
  const sent = events.map(({ event }) => event.name);
  const document = parseDocument(read(`${path}.scxml`));
  if (sendsToItself(document)) expected.fill(null, 0, -1);
  return { name: path.replace(/\.txml$/, ''), document, script, expected, sent };
}

// Such a fixture looks before what it sent itself has been taken in; here that is over when the move is. Its end alone is compared.
function sendsToItself(document: Element): boolean {
  return allOf(document).some(({ tag, attributes: { target, delay } }) => {
    return tag === 'send' && target === undefined && delay === undefined;
  });
}

function read(path: string): string {
  return readFileSync(new URL(path, folder), 'utf8');
}
