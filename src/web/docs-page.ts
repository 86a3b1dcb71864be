// The API's description as a page for people: made from the OpenAPI document itself, without script, so it cannot go stale.
import { html } from 'hono/html';

type Html = ReturnType<typeof html>;
type Operation = {
  summary?: string;
  security?: unknown[];
  parameters?: Array<{ name?: string; in?: string; required?: boolean }>;
  requestBody?: unknown;
  responses?: Record<string, { description?: string }>;
};
/** The part of an OpenAPI document that the page reads. */
type Described = {
  info: { title: string; version: string; description?: string };
  paths?: Record<string, Record<string, Operation> | object>;
  components?: { schemas?: Record<string, unknown> };
};

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

export function docsPage(described: Described): Html {
  const operations = Object.entries(described.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, operation]) => operationCard(method, path, operation)),
  );
  const schemas = Object.entries(described.components?.schemas ?? {});
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${described.info.title} API</title>
        <link rel="stylesheet" href="/docs/style.css" />
      </head>
      <body>
        <main>
          <h1>${described.info.title}</h1>
          <p>
            ${described.info.description} Version ${described.info.version}. For programs:
            <a href="/openapi.json">openapi.json</a>.
          </p>
          ${operations}
          <h2>Shapes</h2>
          ${schemas.map(([name, schema]) => schemaCard(name, schema))}
        </main>
      </body>
    </html>`;
}

function operationCard(method: string, path: string, operation: Operation): Html {
  const parameters = (operation.parameters ?? []).map(({ name, required }) => (required ? name : `${name}?`));
  return html`<section>
    <h3><span class="${method}">${method.toUpperCase()}</span> <code>${path}</code></h3>
    <p>${operation.summary ?? ''}${operation.security ? ' · staff' : ''}</p>
    ${parameters.length > 0 ? html`<p>Parameters: <code>${parameters.join(', ')}</code></p>` : ''}
    ${bodyNames(operation).map((name) => html`<p>Body: <a href="#${name}">${name}</a></p>`)}
    <dl>
      ${Object.entries(operation.responses ?? {}).map(
        ([status, { description }]) =>
          html`<dt>${status}</dt>
            <dd>${description}</dd>`,
      )}
    </dl>
  </section>`;
}

function bodyNames({ requestBody }: Operation): string[] {
  const refs = JSON.stringify(requestBody ?? null).matchAll(/"#\/components\/schemas\/(\w+)"/g);
  return [...refs].flatMap(([, name]) => name ?? []);
}

function schemaCard(name: string, schema: unknown): Html {
  return html`<details id="${name}">
    <summary>${name}</summary>
    <pre>${JSON.stringify(schema, null, 2)}</pre>
  </details>`;
}

export const docsStyle = `
:root { color-scheme: light dark; --ink: light-dark(#2a1f1a, #eee3d3); --paper: light-dark(#f7f0e4, #17121b); --line: light-dark(#d9cbb6, #3a2f42); --ember: light-dark(#9a4b13, #f0a35c); }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 52rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-family: Georgia, serif; font-size: 2.5rem; margin: 0; }
a { color: var(--ember); }
section { border-top: 1px solid var(--line); padding: 1rem 0; }
h3 { margin: 0; font-weight: 500; overflow-wrap: anywhere; }
h3 span { display: inline-block; min-width: 4rem; font-size: .8rem; font-weight: 700; letter-spacing: .05em; color: var(--ember); }
dl { display: grid; grid-template-columns: 4rem 1fr; gap: .1rem 0; margin: .5rem 0 0; font-size: .9rem; }
dd { margin: 0; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid var(--line); border-radius: .5rem; font-size: .8rem; }
summary { cursor: pointer; padding: .4rem 0; }
:focus-visible { outline: 2px solid var(--ember); outline-offset: 2px; }
`;
