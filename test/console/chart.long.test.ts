// The statecharts as pictures: nothing of the machine is lost on the way, nothing lies on top of something else.
import { XMLValidator } from 'fast-xml-parser';
import elk from 'elkjs/lib/elk.bundled.js';
import { beforeAll, describe, expect, test } from 'vitest';
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { customerMachine } from '../../machines/customer.ts';
import { orderMachine } from '../../machines/order.ts';
import { readChart } from '../../src/console/chart/chart.ts';
import type { Chart } from '../../src/console/chart/chart.ts';
import type { Box, Drawing } from '../../src/console/chart/drawing.ts';
import { chartAsSvg } from '../../src/console/chart/export.ts';
import { layOut } from '../../src/console/chart/layout.ts';
import { render } from '../../src/console/chart/render.ts';
import { svgFile } from '../../src/console/chart/svg.ts';
import { activeLeaves, arrowKey, arrowsTaken } from '../../src/console/chart/way.ts';

const machines: AnyStateMachine[] = [customerMachine, orderMachine];

/** As the API hands it out. */
const chartOf = ({ config }: AnyStateMachine): Chart => readChart(JSON.parse(JSON.stringify(config)));

/** Every transition as XState itself understands the machine. */
function transitionsOf(node: AnyStateNode): string[] {
  const own = [...node.transitions.values(), node.always ?? []]
    .flat()
    .map(({ eventType, target }) => `${node.path.join('.')} ${eventType} ${target?.[0]?.path.join('.') ?? '-'}`);
  return [...own, ...Object.values(node.states).flatMap(transitionsOf)];
}

describe.each(machines.map((machine) => [machine.id, machine] as const))('the chart of %s', (_id, machine) => {
  const chart = chartOf(machine);
  let drawing: Drawing;
  beforeAll(async () => {
    drawing = await layOut(chart, new elk.default());
  });

  test('has every transition that XState has, and no other', () => {
    const read = chart.arrows.map(({ source, event, target }) => `${source} ${event} ${target ?? '-'}`);
    expect(read.toSorted()).toEqual(transitionsOf(machine.root).toSorted());
  });

  test('shows every state once, inside of its parent and beside its siblings', () => {
    const boxes = new Map(drawing.boxes.map((box) => [box.path, box]));
    const drawn = [...chart.states.values()].filter(({ path, kind }) => path !== '' || kind !== 'parallel');
    expect([...boxes.keys()].toSorted()).toEqual(drawn.map(({ path }) => path).toSorted());
    for (const { path, children } of drawn) {
      const inside = children.map((child) => boxes.get(child.path));
      expect(
        inside.every((box) => box && contains(boxes.get(path), box)),
        path,
      ).toBe(true);
      expect(overlaps(inside), path).toEqual([]);
    }
  });

  test('shows every transition that leads somewhere, as an arrow or in the head of the state that it never leaves', () => {
    const shown = [
      ...drawing.lines.map(({ key }) => key),
      ...drawing.boxes.flatMap((box) => box.shortcuts.map(({ key }) => key)),
    ];
    const meant = new Set(chart.arrows.filter(({ target }) => target !== null).map(arrowKey));
    expect(new Set(shown.filter((key) => key !== ''))).toEqual(meant);
  });

  test('is well-formed SVG, with what a machine’s author writes never markup', () => {
    const words = { ...drawing, boxes: drawing.boxes.map((box) => ({ ...box, description: '<b>"&' })) };
    const svg = svgFile(render(words));
    expect([XMLValidator.validate(svg), svg.includes('<b>')]).toEqual([true, false]);
  });
});

function contains(outer: Box | undefined, { x, y, width, height }: Box): boolean {
  if (!outer) return false;
  return x >= outer.x && y >= outer.y && x + width <= outer.x + outer.width && y + height <= outer.y + outer.height;
}

function overlaps(boxes: Array<Box | undefined>): string[] {
  return boxes.flatMap((a, index) =>
    boxes.slice(index + 1).flatMap((b) => {
      const apart =
        !a || !b || a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
      return apart ? [] : [`${a.path} and ${b.path}`];
    }),
  );
}

describe('what is lit', () => {
  const chart = chartOf(orderMachine);
  const value = { paid: 'sold' };

  test('is the state with all that it stands in, and nothing else', async () => {
    const svg = await chartAsSvg(orderMachine.config, value);
    const lit = [...svg.matchAll(/is-active" data-path="([^"]*)"/g)].map(([, path]) => path);
    expect([lit, activeLeaves(value)]).toEqual([['paid', 'paid.sold'], ['paid.sold']]);
  });

  test('is the arrow of the event that led on, not one of another event between the same states', () => {
    const turn = { event: 'staff.shipped', from: { paid: 'sold' }, to: 'shipped' };
    expect([...arrowsTaken(chart, turn)]).toEqual(['paid.sold>shipped']);
  });

  test('is, where a timer led on, the timer’s arrow', () => {
    const turn = {
      event: 'xstate.after.linkLapse.order.awaitingPayment',
      from: { awaitingPayment: 'reminded' },
      to: { closing: 'closingLink' },
    };
    expect([...arrowsTaken(chart, turn)]).toEqual(['awaitingPayment>closing']);
  });

  test('is, where the turn raised an event of its own, the arrow of that one as well', () => {
    const from = { conversation: 'recommending', ear: 'understanding', consent: 'subscribed', attention: 'marty' };
    const to = { ...from, conversation: { confirming: 'checking' }, ear: 'quiet' };
    const taken = arrowsTaken(chartOf(customerMachine), { event: 'xstate.done.actor.reply', from, to });
    expect([...taken]).toEqual([
      'ear.understanding>ear.quiet',
      'conversation.recommending>conversation.confirming.checking',
    ]);
  });

  test('is no arrow at all where nothing changed', () => {
    expect([...arrowsTaken(chart, { event: 'staff.delivered', from: { paid: 'sold' }, to: { paid: 'sold' } })]).toEqual(
      [],
    );
  });
});
