// The API as a page of Markdown, made from the OpenAPI document that a server of this build gives.
import { z } from 'zod';

/** What of a JSON schema the page shows. */
type Schema = z.infer<typeof Shown> & {
  items?: Schema | undefined;
  properties?: Record<string, Schema> | undefined;
  anyOf?: Schema[] | undefined;
  oneOf?: Schema[] | undefined;
  allOf?: Schema[] | undefined;
};
const Shown = z.object({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  format: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  description: z.string().optional(),
  required: z.array(z.string()).optional(),
});
const Schema: z.ZodType<Schema> = z.lazy(() =>
  Shown.extend({
    items: Schema.optional(),
    properties: z.record(z.string(), Schema).optional(),
    anyOf: z.array(Schema).optional(),
    oneOf: z.array(Schema).optional(),
    allOf: z.array(Schema).optional(),
  }),
);
const Content = z.record(z.string(), z.object({ schema: Schema.optional() }));
const Operation = z.object({
  summary: z.string(),
  security: z.array(z.unknown()).optional(),
  parameters: z.array(z.object({ name: z.string(), in: z.string(), required: z.boolean().optional() })).default([]),
  requestBody: z.object({ content: Content }).optional(),
  responses: z.record(z.string(), z.object({ description: z.string(), content: Content.optional() })),
});
type Operation = z.infer<typeof Operation>;
const Document = z.object({
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({ schemas: z.record(z.string(), Schema) }),
});

const INTRODUCTION = `# The API

Made from the OpenAPI document by \`npm run docs\`. A running server gives the document at \`/openapi.json\` and shows it at \`/docs\`; the
schemas stand in [src/web/wire](../src/web/wire), the routes in [src/web/routes](../src/web/routes).

- **staff**: needs a session's cookie (\`POST /api/session\`) or \`Authorization: Bearer $STAFF_API_TOKEN\`; 401 without, 403 without the role.
- Every error is \`application/problem+json\` (shape \`Problem\`); every answer carries \`x-correlation-id\`.
- A page of a list is \`{ items, nextCursor }\`; the cursor goes back as \`cursor\`, or as \`after\` where that is the parameter's name.`;

/** The same document gives the same text. */
export function apiPage(openapi: unknown): string {
  const { paths, components } = Document.parse(openapi);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => section(method, path, operation)),
  );
  const named = Object.entries(components.schemas);
  const shapes = named.map(([name, schema]) => `### ${name}\n\n${shape(whole(schema, components.schemas))}`);
  return [INTRODUCTION, '## Endpoints', ...operations, '## Shapes', ...shapes].join('\n\n');
}

function section(method: string, path: string, operation: Operation): string {
  const { summary, security, parameters, requestBody, responses } = operation;
  const named = parameters.map(({ name, required }) => `\`${name}${required ? '' : '?'}\``);
  const facts = [
    ...(named.length > 0 ? [`- Parameters: ${named.join(', ')}`] : []),
    ...(requestBody ? [`- Body: ${contents(requestBody.content)}`] : []),
    ...Object.entries(responses).map(([status, { description, content }]) => {
      const shape = content && status.startsWith('2') ? `: ${contents(content)}` : '';
      return `- ${status} ${description}${shape}`;
    }),
  ];
  return [`### ${method.toUpperCase()} ${path}`, `${summary}${security ? ' · **staff**' : ''}`, facts.join('\n')].join(
    '\n\n',
  );
}

function contents(content: z.infer<typeof Content>): string {
  return Object.entries(content)
    .map(([type, { schema }]) => (type === 'application/json' && schema ? typeOf(schema) : `\`${type}\``))
    .join(' or ');
}

// A shape that extends another has all of that one's fields, too.
function whole(schema: Schema, named: Readonly<Record<string, Schema>>): Schema {
  if (!schema.allOf) return schema;
  const parts = schema.allOf.map((part) => {
    const name = part.$ref?.slice(part.$ref.lastIndexOf('/') + 1);
    return whole(named[name ?? ''] ?? part, named);
  });
  const properties: Record<string, Schema> = Object.assign({}, ...parts.map((part) => part.properties ?? {}));
  return { ...schema, properties, required: parts.flatMap(({ required = [] }) => required) };
}

// A named shape: one line a field.
function shape(schema: Schema): string {
  if (!schema.properties) return typeOf(schema);
  const fields = Object.entries(schema.properties).map(
    ([name, field]) =>
      `- \`${name}${schema.required?.includes(name) ? '' : '?'}\`: ${typeOf(field)}${described(field)}`,
  );
  return [...fields, ...(mayBeNull(schema) ? ['- or null instead of all that'] : [])].join('\n');
}

function mayBeNull({ type }: Schema): boolean {
  return Array.isArray(type) && type.includes('null');
}

function described({ description }: Schema): string {
  return description === undefined ? '' : `; ${description}`;
}

function typeOf(schema: Schema): string {
  const { $ref, type, format, items, properties, anyOf, oneOf } = schema;
  if ($ref !== undefined) {
    const name = $ref.slice($ref.lastIndexOf('/') + 1);
    return `[${name}](#${name.toLowerCase()})`;
  }
  const either = anyOf ?? oneOf;
  if (either) return either.map(typeOf).join(' or ');
  if (schema.enum) return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(' · ');
  const nullable = mayBeNull(schema) ? ' or null' : '';
  if (items) return `list of ${typeOf(items)}${nullable}`;
  if (properties) {
    const fields = Object.entries(properties).map(([name, field]) => `\`${name}\` ${typeOf(field)}`);
    return `{ ${fields.join(', ')} }${nullable}`;
  }
  const plain = Array.isArray(type) ? type.filter((one) => one !== 'null').join(' or ') : (type ?? 'anything');
  return `${format ?? plain}${nullable}`;
}
