// The shelf as orders meet it, in its smallest form: one title, orders of one copy each. What src/commerce/stock does, without SQL;
// shelf.test.ts holds the two against each other.

/** A promise to one order. `key`: the intent that made it; a released one keeps its key for as long as somebody may still use it. */
export type Row = { order: string; key: string; state: 'held' | 'released' | 'sold' | 'returned' };
/** `rows` oldest first. */
export type Shelf = { onHand: number; rows: readonly Row[] };

/** `rejected`: the intent was withdrawn before. */
export type ShelfAnswer = 'done' | 'sold_out' | 'rejected';
export type Moved = { shelf: Shelf; answer: ShelfAnswer };

const isOf = (order: string) => (row: Row) => row.order === order;

export function heldBy(shelf: Shelf, order: string): boolean {
  return shelf.rows.some((row) => row.order === order && row.state === 'held');
}

export function soldTo(shelf: Shelf, order: string): boolean {
  return shelf.rows.some((row) => row.order === order && row.state === 'sold');
}

export function freeCopies({ onHand, rows }: Shelf): number {
  return onHand - rows.filter(({ state }) => state === 'held').length;
}

export function reserve(shelf: Shelf, order: string, key: string): Moved {
  const again = answerAgain(shelf, order, key);
  if (again) return { shelf, answer: again };
  if (soldTo(shelf, order)) return { shelf, answer: 'done' };
  const given = release(shelf, order);
  if (freeCopies(given) < 1) return { shelf, answer: 'sold_out' };
  return { shelf: { ...given, rows: [...given.rows, { order, key, state: 'held' }] }, answer: 'done' };
}

/** A copy that was ordered in comes and is promised at once. */
export function receive(shelf: Shelf, order: string, key: string): Moved {
  const again = answerAgain(shelf, order, key);
  if (again) return { shelf, answer: again };
  if (heldBy(shelf, order)) return { shelf, answer: 'rejected' };
  return { shelf: { onHand: shelf.onHand + 1, rows: [...shelf.rows, { order, key, state: 'held' }] }, answer: 'done' };
}

function answerAgain({ rows }: Shelf, order: string, key: string): ShelfAnswer | null {
  const same = rows.find((row) => row.order === order && row.key === key);
  if (!same) return null;
  return same.state === 'held' || same.state === 'sold' ? 'done' : 'rejected';
}

/** Takes one intent back, also one that has not come yet. */
export function withdraw(shelf: Shelf, order: string, key: string): Shelf {
  const same = shelf.rows.find((row) => row.order === order && row.key === key);
  if (!same) return { ...shelf, rows: [...shelf.rows, { order, key, state: 'released' }] };
  return same.state === 'held' ? become(shelf, same, 'released') : shelf;
}

export function release(shelf: Shelf, order: string): Shelf {
  const held = shelf.rows.findLast((row) => row.order === order && row.state === 'held');
  return held ? become(shelf, held, 'released') : shelf;
}

/** @param isSelling the order stands where its copies are sold, or are being sold */
export function sell(shelf: Shelf, order: string, isSelling: boolean): Moved {
  const known = shelf.rows.filter(isOf(order));
  if (known.some(({ state }) => state === 'sold')) return { shelf, answer: 'done' };
  const held = known.findLast(({ state }) => state === 'held');
  if (!held && !isSelling && known.some(({ state }) => state === 'returned')) return { shelf, answer: 'sold_out' };
  const row = held ?? known.at(-1);
  if (!row || (row.state !== 'held' && freeCopies(shelf) < 1)) return { shelf, answer: 'sold_out' };
  const sold = become(shelf, row, 'sold');
  return { shelf: { ...sold, onHand: sold.onHand - 1 }, answer: 'done' };
}

/** What was sold comes back once; what is only promised is given back, and not sold any more. */
export function takeBack(shelf: Shelf, order: string): Shelf {
  const known = shelf.rows.filter(isOf(order));
  const sold = known.find(({ state }) => state === 'sold');
  if (!sold) return callOff(shelf, known);
  const back = become(release(shelf, order), sold, 'returned');
  return { ...back, onHand: back.onHand + 1 };
}

function callOff(shelf: Shelf, known: readonly Row[]): Shelf {
  const held = known.findLast(({ state }) => state === 'held');
  const isOver = known.some(({ state }) => state === 'returned');
  const latest = held ?? known.at(-1);
  if (!latest) return shelf;
  if (isOver) return held ? become(shelf, held, 'released') : shelf;
  return become(shelf, latest, 'returned');
}

/** Rows that nobody can tell apart any more become one: released, and of an intent that nobody will name again. */
export function forgotten({ onHand, rows }: Shelf, isNamed: (order: string, key: string) => boolean): Shelf {
  const kept: Row[] = [];
  for (const row of rows) {
    const isOver = row.state !== 'held' && !isNamed(row.order, row.key);
    const plain = isOver ? { ...row, key: '' } : row;
    if (!isOver || !kept.some((other) => other.order === row.order && other.state === row.state && other.key === ''))
      kept.push(plain);
  }
  return { onHand, rows: kept };
}

function become(shelf: Shelf, row: Row, state: Row['state']): Shelf {
  return { ...shelf, rows: shelf.rows.map((other) => (other === row ? { ...row, state } : other)) };
}
