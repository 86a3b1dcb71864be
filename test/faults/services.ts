// Every outside service of a shop as a local server over real HTTP, each of which can be down, slow, or lie.
import type { FakeAnswer } from '../fakes/anthropic.ts';
import type { BookFault } from '../fakes/book-service.ts';
import { FakeHardcover } from '../fakes/hardcover.ts';
import { FakeOpenLibrary } from '../fakes/open-library.ts';
import { FakeSmobi } from '../fakes/smobi.ts';
import type { SmobiFault } from '../fakes/smobi.ts';
import { FakeSquare } from '../fakes/square.ts';
import type { SquareFault } from '../fakes/square.ts';
import { startRedis } from '../harness/redis-server.ts';
import type { RedisServer } from '../harness/redis-server.ts';
import type { Book } from '../shop/journeys.ts';
import { lyingBookSources, lyingClaude, lyingSquare } from './liars.ts';
import { startObedientClaude } from './obedient-claude.ts';
import type { ObedientClaude } from './obedient-claude.ts';
import { startWay } from './way.ts';
import type { Way } from './way.ts';

export type Service = 'claude' | 'square' | 'sms' | 'books' | 'redis';
/** `slow`: never answers. `lying`: answers 200 with what was never agreed. */
export type Manner = 'down' | 'slow' | 'lying';
/** Those that can lie plausibly: with what was agreed, and is false. */
export type Liar = Extract<Service, 'claude' | 'square' | 'books'>;

const OF_CLAUDE = {
  down: { fault: 'overloaded' },
  slow: { fault: 'hang' },
  lying: { text: '{"act":"customer.paysNow","bubbles":7,"price":"$0.01"}' },
} as const satisfies Record<Manner, FakeAnswer>;
const OF_PROVIDERS = { down: 503, slow: 'hang', lying: 'html' } as const satisfies Record<
  Manner,
  SquareFault & SmobiFault
>;
const OF_BOOKS = { down: 'cut', slow: 'slow', lying: 'strange' } as const satisfies Record<Manner, BookFault>;

export const SMOBI_SECRET = 'a-smobi-secret';

export class Services {
  private constructor(
    private readonly book: Book,
    readonly claude: ObedientClaude,
    readonly square: FakeSquare,
    readonly smobi: FakeSmobi,
    readonly hardcover: FakeHardcover,
    readonly openLibrary: FakeOpenLibrary,
    private readonly redis: { server: RedisServer; way: Way } | null,
  ) {}

  /** @param withRedis null where the shop's queue is in Postgres */
  static async start(book: Book, withRedis: boolean): Promise<Services> {
    const [hardcover, openLibrary] = [new FakeHardcover(), new FakeOpenLibrary()];
    await Promise.all([hardcover.service.start(), openLibrary.service.start()]);
    const server = withRedis ? await startRedis() : null;
    const redis = server && { server, way: await startWay(Number(new URL(server.url).port)) };
    const [square, smobi] = await Promise.all([new FakeSquare().start(), new FakeSmobi().start()]);
    return new Services(book, await startObedientClaude(book), square, smobi, hardcover, openLibrary, redis);
  }

  /** What makes a shop use them. */
  env(): Record<string, string> {
    const { claude, square, smobi, hardcover, openLibrary, redis } = this;
    return {
      ANTHROPIC_API_KEY: 'a-key',
      ANTHROPIC_BASE_URL: claude.url,
      SQUARE_ACCESS_TOKEN: square.accessToken,
      SQUARE_LOCATION_ID: square.locationId,
      SQUARE_BASE_URL: square.url,
      SQUARE_WEBHOOK_SIGNATURE_KEY: square.signatureKey,
      SMOBI_API_URL: smobi.url,
      SMOBI_API_KEY: smobi.key,
      SMOBI_WEBHOOK_SECRET: SMOBI_SECRET,
      HARDCOVER_API_KEY: hardcover.token,
      HARDCOVER_API_URL: hardcover.url,
      OPEN_LIBRARY_CONTACT: 'hello@shop.example',
      OPEN_LIBRARY_API_URL: openLibrary.url,
      ...(redis === null ? {} : { REDIS_URL: `redis://127.0.0.1:${redis.way.port}` }),
    };
  }

  break(service: Service, manner: Manner): void {
    const breaks: Record<Service, () => void> = {
      claude: () => this.claude.answer(OF_CLAUDE[manner]),
      square: () => void (this.square.isDown = OF_PROVIDERS[manner]),
      sms: () => void (this.smobi.isDown = OF_PROVIDERS[manner]),
      books: () => {
        for (const { service: source } of [this.hardcover, this.openLibrary]) source.isDown = OF_BOOKS[manner];
      },
      redis: () => (manner === 'down' ? this.redis?.way.close() : this.redis?.way.silence()),
    };
    breaks[service]();
  }

  /** It answers fluently, and lies. Square needs somebody's paid order to lie about. */
  deceive(liar: Liar): void {
    const { claude, square, book, hardcover, openLibrary } = this;
    const deceives: Record<Liar, () => void> = {
      claude: () => claude.answer(lyingClaude(book)),
      square: () => void (square.isDown = lyingSquare(square)),
      books: () => {
        const lies = lyingBookSources(book);
        hardcover.service.isDown = lies.hardcover;
        openLibrary.service.isDown = lies.openLibrary;
      },
    };
    deceives[liar]();
  }

  /** All is well again. */
  heal(): void {
    this.claude.obey();
    this.square.isDown = null;
    this.smobi.isDown = null;
    this.hardcover.service.isDown = null;
    this.openLibrary.service.isDown = null;
    this.redis?.way.open();
  }

  async stop(): Promise<void> {
    const { claude, square, smobi, hardcover, openLibrary, redis } = this;
    await Promise.all([claude.close(), square.stop(), smobi.stop()]);
    await Promise.all([hardcover.service.stop(), openLibrary.service.stop(), redis?.way.stop()]);
    redis?.server.kill();
  }
}
