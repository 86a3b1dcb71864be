// Taking a conversation over from Marty, and handing it back. The statechart keeps the lease; the page only asks.
import { Accepted } from '../../../../web/wire/common.ts';
import { TakenOver } from '../../../../web/wire/conversation.ts';
import type { Office } from '../../desk.ts';
import { words } from '../../words.ts';

export async function takeOver({ api, tell, complain, recount }: Office, path: string): Promise<void> {
  try {
    await api.send({ method: 'POST', path: `${path}/takeover`, schema: TakenOver });
    tell(words.keeping.taken);
    recount();
  } catch (error) {
    complain(error);
  }
}

export async function handBack({ api, tell, complain, recount }: Office, path: string): Promise<void> {
  try {
    await api.send({ method: 'POST', path: `${path}/handback`, schema: Accepted });
    tell(words.keeping.given);
    recount();
  } catch (error) {
    complain(error);
  }
}
