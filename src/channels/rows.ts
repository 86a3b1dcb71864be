// How rows of a whole batch go to Postgres in one statement: a column is an array, an array is one parameter.

/** Turns rows into the arrays of their columns, in the order of `columns`. */
export function columnsOf<Row>(rows: readonly Row[], columns: ReadonlyArray<keyof Row>): unknown[][] {
  return columns.map((column) => rows.map((row) => row[column]));
}
