// One endpoint of the fake Square: a function from a parsed request to an answer.
import type { Answer } from './answers.ts';
import type { SquareBooks } from './books.ts';

export type Place = { books: SquareBooks; url: string; locationId: string };
export type Route = { on: RegExp; answer: (place: Place, params: string[], body: unknown) => Answer };
