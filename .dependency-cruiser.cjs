// The layers of the house: who may import whom. `npm run check` holds it.
const within = (...folders) => `^(${folders.join('|')})`;

/** A folder of ours may import only these others (and itself); packages and Node's own modules are not meant. */
const layer = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: within(from) },
  to: {
    path: within('src/', 'machines/', 'actors/', 'schema/', 'prompts/', 'test/', 'bench/'),
    pathNot: within(from, ...allowed),
  },
});

const AUTHORING = 'src/runtime/authoring\\.ts$';
// What the shop may know of the runtime: how work is declared, sealed and named.
const DECLARING = 'src/runtime/(define-actor|transactional|vault|ids)\\.ts$';

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other to run are one file; a type may look back.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      comment: 'Nobody imports it: delete it, or import it.',
      severity: 'error',
      from: { orphan: true, pathNot: '(^|/)(main\\.ts|[^/]+\\.(config|d)\\.ts|[^/]+\\.mjs)$' },
      to: {},
    },
    {
      name: 'unresolvable',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-dev-packages-in-the-program',
      comment:
        'What runs in production may not come from devDependencies; the front end is built, and tools are tools.',
      severity: 'error',
      from: {
        path: within('src/', 'machines/', 'actors/', 'schema/'),
        pathNot: within('src/console/', 'src/cli/build\\.mjs'),
      },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    layer('schema-stands-alone', 'schema/', [], 'Tables and wire formats import nothing of ours.'),
    layer('prompts-stand-alone', 'prompts/', [], 'Words and data, no code.'),
    layer(
      'machines-are-pure',
      'machines/',
      ['schema/', AUTHORING],
      'Statecharts import xstate, schema and the authoring words.',
    ),
    {
      name: 'machines-do-no-io',
      comment: 'A statechart imports no package but xstate and zod, and nothing of Node.',
      severity: 'error',
      from: { path: within('machines/') },
      to: { path: ['node_modules', '^node:'], pathNot: 'node_modules/(xstate|zod)/' },
    },
    layer(
      'actors-reach-services',
      'actors/',
      ['schema/', 'src/brain/', 'src/channels/', 'src/commerce/', 'src/catalogue/', DECLARING],
      'Actors import schema, the services, and how work is declared.',
    ),
    layer(
      'runtime-knows-no-shop',
      'src/runtime/',
      ['schema/runtime\\.ts$'],
      'Durable XState knows its own tables only.',
    ),
    ...['brain', 'channels', 'commerce', 'catalogue'].map((name) =>
      layer(
        `${name}-is-a-service`,
        `src/${name}/`,
        [
          'schema/',
          'prompts/',
          DECLARING,
          ...(name === 'brain' ? ['src/catalogue/', 'src/channels/', 'src/commerce/'] : []),
        ],
        'A service imports schema, the vault and ids; the brain also what the other services know.',
      ),
    ),
    {
      name: 'transactions-give-connections-back',
      comment: 'A handle on a pool comes from openDb: the transactions of a bare one lose connections.',
      severity: 'error',
      from: { path: within('src/', 'actors/', 'schema/'), pathNot: '^src/(commerce/db|cli/migrations/migrate)\\.ts$' },
      to: { path: 'node_modules/drizzle-orm/(node-postgres|neon-serverless)/', dependencyTypesNot: ['type-only'] },
    },
    layer(
      'console-is-a-client',
      'src/console/',
      ['schema/', 'src/web/wire/'],
      'The front end sees the shop through the API and the wire formats.',
    ),
    {
      name: 'nobody-imports-the-command-line',
      comment: 'src/cli puts things together; only tests look inside.',
      severity: 'error',
      from: {
        path: within('src/', 'machines/', 'actors/', 'schema/', 'bench/'),
        pathNot: within('src/cli/', 'bench/'),
      },
      to: { path: within('src/cli/') },
    },
    {
      name: 'nobody-imports-tests',
      comment: 'Tests are not part of the program.',
      severity: 'error',
      from: { path: within('src/', 'machines/', 'actors/', 'schema/') },
      to: { path: within('test/', 'bench/') },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/|schema/migrations/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json', '.tsx'],
    },
  },
};
