// Every error that leaves the server, as RFC 9457 problem+json. What the server did not foresee is told as one bland
// sentence: no stack, no SQL, no secret; the log has the rest under the correlation id.
import type { ContentfulStatusCode } from 'hono/utils/http-status';

const kinds = {
  'bad-request': { status: 400, title: 'The request is not what this endpoint reads' },
  'bad-signature': { status: 401, title: 'The signature is missing or wrong' },
  unauthenticated: { status: 401, title: 'Who are you?' },
  forbidden: { status: 403, title: 'You may not do that' },
  'event-not-allowed': { status: 403, title: 'That event is not for you to send' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, title: 'This address does not take that method' },
  conflict: { status: 409, title: 'That does not fit the present state' },
  'too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'This endpoint does not read that content type' },
  'too-many-requests': { status: 429, title: 'Too often' },
  internal: { status: 500, title: 'Something broke on our side' },
  overloaded: { status: 503, title: 'The server is over its bound' },
  unavailable: { status: 503, title: 'The database does not answer' },
} as const satisfies Record<string, { status: ContentfulStatusCode; title: string }>;

export type ProblemKind = keyof typeof kinds;
export type ProblemExtras = {
  headers?: Record<string, string>;
  errors?: Array<{ path: string; message: string }>;
  cause?: unknown;
};

/** Thrown anywhere under a route; the app's error handler turns it into the response. `detail` is shown to the caller. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: ContentfulStatusCode;

  constructor(
    readonly kind: ProblemKind,
    readonly detail: string,
    readonly extras: ProblemExtras = {},
  ) {
    super(detail, { cause: extras.cause });
    this.status = kinds[kind].status;
  }

  toResponse(correlationId: string): Response {
    const { headers, errors } = this.extras;
    const body = {
      type: `urn:marty:problem:${this.kind}`,
      title: kinds[this.kind].title,
      status: this.status,
      detail: this.detail,
      correlationId,
      ...(errors && { errors }),
    };
    return Response.json(body, {
      status: this.status,
      headers: { ...headers, 'content-type': 'application/problem+json' },
    });
  }
}

/** For the statuses that Hono itself throws. */
export function kindOfStatus(status: number): ProblemKind {
  const found = Object.entries(kinds).find(([, kind]) => kind.status === status)?.[0];
  return isKind(found) ? found : status < 500 ? 'bad-request' : 'internal';
}

function isKind(value: string | undefined): value is ProblemKind {
  return value !== undefined && value in kinds;
}
