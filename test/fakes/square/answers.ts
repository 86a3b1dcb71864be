// How the fake Square answers.
export type Answer = { status: number; body: object };

export function refuse(status: number, category: string, code: string): Answer {
  return { status, body: { errors: [{ category, code, detail: 'as +12015550123 said' }] } };
}

export const absent = refuse(404, 'INVALID_REQUEST_ERROR', 'NOT_FOUND');

export function ok(body: object): Answer {
  return { status: 200, body };
}

export function found(name: string, thing: object | undefined): Answer {
  return thing === undefined ? absent : ok({ [name]: thing });
}
