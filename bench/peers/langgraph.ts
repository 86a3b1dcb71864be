// LangGraph.js, as its documentation has it: a thread for each customer, a graph of two nodes, checkpoints in Postgres. `sync` is the
// durability that keeps what we keep: a step begins once the one before it is committed. The library has no queue (that is its server's,
// which npm does not bring), so messages of one thread wait for each other in memory.
import { Annotation, END, START, StateGraph } from '@langchain/langgraph';
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import pg from 'pg';
import { composeAnswer, CustomerContext, newCustomer, withAnswer, withText } from '../turns/customer.ts';
import type { Inbound, Subject, SubjectOptions } from '../turns/subject.ts';
import { standingOf } from './standing.ts';

const CONNECTIONS = 20;
type Taken = 'accepted' | 'duplicate';

const State = Annotation.Root({
  incoming: Annotation<Inbound & { delivery: number }>,
  repeated: Annotation<boolean>,
  name: Annotation<string>,
  texts: Annotation<CustomerContext['texts']>,
  offers: Annotation<CustomerContext['offers']>,
  pending: Annotation<string[]>,
  received: Annotation<number>,
  answered: Annotation<number>,
});
type State = typeof State.State;

export async function startLangGraph({ databaseUrl, onDone }: SubjectOptions): Promise<Subject> {
  const runs = new Map<string, number>();
  const waiting = new Map<number, (taken: Taken) => void>();
  let deliveries = 0;
  const pool = new pg.Pool({ connectionString: databaseUrl, max: CONNECTIONS });
  const checkpointer = new PostgresSaver(pool);
  await checkpointer.setup();

  const graph = new StateGraph(State)
    .addNode('receive', (state: State) => {
      const { id: messageId, text, delivery } = state.incoming;
      const repeated = (state.texts ?? []).some(({ id }) => id === messageId);
      if (repeated) waiting.get(delivery)?.('duplicate');
      if (repeated) return { repeated };
      const context = state.texts === undefined ? newCustomer() : state;
      const { name, offers, answered } = context;
      const born = state.texts === undefined ? { name, offers, answered } : {};
      return { ...born, ...withText(context, { type: 'text.received', messageId, text }), repeated };
    })
    .addNode('answer', (state: State) => {
      const messageId = state.pending[0] ?? '';
      waiting.get(state.incoming.delivery)?.('accepted'); // what the node before it kept is committed by now
      runs.set(messageId, (runs.get(messageId) ?? 0) + 1);
      composeAnswer({ messageId });
      return withAnswer(state);
    })
    .addEdge(START, 'receive')
    .addConditionalEdges('receive', ({ repeated }) => (repeated ? END : 'answer'), [END, 'answer'])
    .addEdge('answer', END)
    .compile({ checkpointer });

  const threads = new Map<number, Promise<unknown>>();

  function inTurn(message: State['incoming']): Promise<unknown> {
    const before = threads.get(message.customer) ?? Promise.resolve();
    const config = { configurable: { thread_id: String(message.customer) }, durability: 'sync' as const };
    const own = before.then(() => graph.invoke({ incoming: message }, config));
    const kept = own.catch(() => undefined);
    threads.set(message.customer, kept);
    void kept.then(() => threads.get(message.customer) === kept && threads.delete(message.customer));
    return own;
  }

  return {
    runs,
    receive(message) {
      const delivery = deliveries++;
      return new Promise<Taken>((resolve, reject) => {
        let taken: Taken | undefined;
        waiting.set(delivery, (answer) => resolve((taken = answer)));
        inTurn({ ...message, delivery }).then(() => {
          waiting.delete(delivery);
          if (taken === 'accepted') onDone(message.id);
        }, reject);
      });
    },
    async survey() {
      const { rows } = await pool.query<{ thread_id: string }>('SELECT DISTINCT thread_id FROM checkpoints');
      const standings = rows.map(async ({ thread_id }) => {
        const { values } = await graph.getState({ configurable: { thread_id } });
        return standingOf(Number(thread_id), CustomerContext.parse(values));
      });
      return { standings: await Promise.all(standings), open: threads.size };
    },
    async stop() {
      await Promise.all(threads.values());
      await pool.end();
    },
  };
}
