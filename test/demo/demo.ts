// A busy shop in a box: real processes of the real program, simulated customers, a switchboard to break things, and the board
// that would show it.
import { setMaxListeners } from 'node:events';
import { openAccounts } from '../../src/cli/shop/accounts/account-desk.ts';
import type { Board, Chaos } from '../../src/console/board/wire.ts';
import { Ledger } from './ledger.ts';
import { openPremises } from './premises.ts';
import type { Premises } from './premises.ts';
import { bringNews } from './square-post.ts';
import { Street } from './street.ts';
import { LASTS_MS, Switchboard } from './switchboard.ts';
import { readTruth } from './truth.ts';
import type { Truth } from './truth.ts';

export type DemoOptions = {
  port: number;
  workers: number;
  customers: number;
  speed: number;
  chance: () => number;
  say: (line: string) => void;
};

const TRUTH_MS = 1_000;
const NEWS_MAX = 40;
const NOTHING_YET: Truth = {
  at: new Date(0).toISOString(),
  intents: 0,
  orders: 0,
  links: 0,
  charges: 0,
  lost: 0,
  doubled: 0,
  troubles: [],
  underWay: 0,
};

export class Demo {
  readonly ledger = new Ledger();
  readonly #over = new AbortController();
  readonly #news: Board['news'] = [];
  readonly #switchboard: Switchboard;
  readonly #street: Street;
  #truth = NOTHING_YET;
  #reading: Promise<void> = Promise.resolve();
  readonly #clock: NodeJS.Timeout;

  static async open(options: DemoOptions): Promise<Demo> {
    let demo: Demo | null = null;
    const onDeath = (name: string) => demo?.tell(`${name} died and is born again`);
    const premises = await openPremises({ ...options, onDeath });
    demo = new Demo(premises, options);
    return demo;
  }

  private constructor(
    readonly premises: Premises,
    options: DemoOptions,
  ) {
    const { url, smobiSecret, shopPhone, smobi, square } = premises;
    const { signal } = this.#over;
    setMaxListeners(0, signal); // every phone listens for the end
    this.#switchboard = new Switchboard({ ...premises, now: Date.now });
    const doubles = () => this.#switchboard.isOn('twice');
    void bringNews(square, `${url}/webhook/square`, doubles, signal);
    const webhookUrl = `${url}/webhook/sms`;
    const network = { webhookUrl, secret: smobiSecret, shopPhone, ledger: this.ledger, doubles, signal };
    const { customers, speed, chance } = options;
    this.#street = new Street({ network, smobi, customers, speed, chance });
    this.#clock = setInterval(() => void this.refresh(), TRUTH_MS);
    process.once('exit', premises.abandon);
  }

  /** Asks the sources anew; keeps what was known while the database does not answer. */
  refresh(): Promise<void> {
    const { pool, square } = this.premises;
    this.#reading = this.#reading.then(async () => {
      const truth = await readTruth({ pool, ledger: this.ledger, books: square.books, now: Date.now }).catch(
        () => null,
      );
      if (truth) this.#truth = truth;
    });
    return this.#reading;
  }

  board(): Board {
    const { ledger, premises } = this;
    return {
      ...this.#truth,
      texts: {
        accepted: ledger.accepted.size,
        answered: ledger.answered,
        waiting: ledger.waiting.size,
        p50Ms: ledger.answerMs(0.5),
        p95Ms: ledger.answerMs(0.95),
      },
      customers: { here: Object.fromEntries(this.#street.here), served: ledger.served },
      processes: premises.processes.map(({ name, isUp, kills }) => ({ name, isUp, kills })),
      chaos: this.#switchboard.state(),
      queue: premises.redisUrl === null ? 'postgres' : 'redis',
      news: this.#news,
      phoneUrl: `${premises.url}/phone`,
    };
  }

  /** False where there is nothing of that kind to break. */
  async press(name: Chaos): Promise<boolean> {
    const isDone = await this.#switchboard.press(name);
    if (isDone) this.tell(WORDS[name]);
    return isDone;
  }

  /** False where nobody of that name runs. */
  kill(name: string): boolean {
    const victim = this.premises.processes.find((one) => one.name === name && one.isUp);
    victim?.kill();
    return victim !== undefined;
  }

  tell(text: string): void {
    this.#news.unshift({ at: new Date().toISOString(), text });
    this.#news.length = Math.min(this.#news.length, NEWS_MAX);
  }

  /** An address that lets whoever opens it into the console, once. */
  async consoleUrl(): Promise<string> {
    const { pool, sessionSecret, url } = this.premises;
    const { accounts, sessions } = openAccounts({ pool, sessionSecret, now: Date.now });
    return `${url}/console/login?token=${await sessions.makeLink(await accounts.developer())}`;
  }

  /** Nobody comes in any more; resolves when all that is under way is done. */
  empty(): Promise<void> {
    return this.#street.empty();
  }

  async close(): Promise<void> {
    clearInterval(this.#clock);
    this.#switchboard.rest();
    this.#over.abort();
    await this.#street.empty();
    await this.#reading;
    await this.premises.close();
    process.removeListener('exit', this.premises.abandon);
  }
}

const seconds = (name: Chaos) => `${LASTS_MS[name] / 1000} s`;
const WORDS: Readonly<Record<Chaos, string>> = {
  postgres: `Postgres is frozen for ${seconds('postgres')}`,
  redis: 'Redis was emptied',
  square: `Square does as asked and its answers are lost, for ${seconds('square')}`,
  claude: `Claude is slow for ${seconds('claude')}`,
  twice: `every text and every payment notice comes twice, for ${seconds('twice')}`,
};
