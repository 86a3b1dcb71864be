// The transcript as people read it.
import { expect, test } from 'vitest';
import { readTranscript } from '../../src/channels/transcript.ts';
import { useDatabase } from '../harness/database.ts';
import { PhoneLine, recordingChannel, vault } from './phone-line.ts';

const database = useDatabase();

test('a conversation is read in its order, page after page, each item once', async () => {
  const line = new PhoneLine(database, [recordingChannel('smobi').channel]);
  const stranger = new PhoneLine(database, [recordingChannel('smobi').channel]);
  await stranger.hear('not yours');
  await line.hear('hi');
  await line.talk('hello', 'what do you like');
  await line.hear('robots');
  await line.fact('someone is coming');
  await line.deliver();
  const seen: Array<[string, string, string]> = [];
  let after: string | null = null;
  for (let page = 0; page < 4; page += 1) {
    const { actorKey, dataKey } = line;
    const items = await readTranscript(database.db, vault, { storeId: 1, actorKey, dataKey, after, limit: 2 });
    for (const { by, text, status } of items) seen.push([by, text, status]);
    after = items.at(-1)?.id ?? after;
  }
  expect(seen).toEqual([
    ['customer', 'hi', 'received'],
    ['marty', 'hello', 'dropped'],
    ['marty', 'what do you like', 'dropped'],
    ['customer', 'robots', 'received'],
    ['staff', 'someone is coming', 'sent'],
  ]);
});
