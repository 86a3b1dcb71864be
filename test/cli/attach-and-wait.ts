// A process of its own for the tests: attaches to the embedded Postgres of a folder, says so, and waits for its end.
import { attachEmbeddedPostgres } from '../../src/cli/embedded/embedded-postgres.ts';

const [, , dataDir = ''] = process.argv;
const server = await attachEmbeddedPostgres(dataDir, 'thrownAway');
process.once('SIGTERM', () => void server.close().then(() => process.exit(0)));
console.log(JSON.stringify({ pid: server.pid, url: server.url }));
setInterval(() => undefined, 60_000);
