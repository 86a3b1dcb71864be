// A CSV of books on its way into the shop, told as it goes: the same reading as `marty books import`.
import { Readable } from 'node:stream';
import { importBooks } from '../../catalogue/import-books.ts';
import { UnreadableCsv } from '../../catalogue/read-csv.ts';
import type { ImportLine } from '../../web/wire/stock.ts';
import type { Shop } from './open-shop.ts';
import { errorName } from '../../runtime/errors.ts';

const BAD_TOLD_MAX = 200;
const CHUNK_BYTES = 64 * 1024;

/** Ends with `done` or `failed`. @param onEnd called once, also where nobody listens any more */
export async function* importLines(
  { db, log }: Shop,
  storeId: number,
  csv: Uint8Array,
  onEnd: () => void,
): AsyncGenerator<ImportLine> {
  const told: ImportLine[] = [];
  let ring: () => void = () => undefined;
  let bad = 0;
  const tell = (line: ImportLine) => {
    told.push(line);
    ring();
  };
  const finished = importBooks(db, storeId, Readable.from(chunksOf(csv)), {
    onProgress: ({ rows, bytes }) => tell({ type: 'progress', rows, bytes }),
    onBadRow: (row) => void ((bad += 1) <= BAD_TOLD_MAX && tell({ type: 'bad', ...row })),
  })
    .then(
      (total): ImportLine => ({ type: 'done', ...total }),
      (error: unknown) => failureOf(log, error),
    )
    .finally(onEnd);
  void finished.then(tell);
  for (;;) {
    const line = told.shift();
    if (line === undefined) await new Promise<void>((resolve) => (ring = resolve));
    else yield line;
    if (line?.type === 'done' || line?.type === 'failed') return;
  }
}

function* chunksOf(csv: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < csv.length; from += CHUNK_BYTES) yield csv.subarray(from, from + CHUNK_BYTES);
}

function failureOf(log: Shop['log'], error: unknown): ImportLine {
  if (error instanceof UnreadableCsv) return { type: 'failed', detail: error.message };
  log.error({ error: errorName(error) }, 'an import of books broke off');
  return {
    type: 'failed',
    detail: 'it broke off; what was read until then is kept, and the same file may be sent again',
  };
}
