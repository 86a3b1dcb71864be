// What is written to the shop's tables, as triggers of the database note it: the cost of a look does not grow with what is stored.
import type { Pool } from 'pg';

/** One table as SQL names it, such as `public.orders`. */
type Written = { name: string };

/** Notes each row that a committed transaction adds, changes or takes out, from `watch` on. */
export class Changes {
  private constructor(private readonly pool: Pool) {}

  /** @param except tables of the schema `public` that are not watched */
  static async watch(pool: Pool, except: readonly string[]): Promise<Changes> {
    await pool.query(`
      CREATE SCHEMA watched;
      CREATE UNLOGGED TABLE watched.changes (name text NOT NULL);
      CREATE FUNCTION watched.note() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO watched.changes VALUES (TG_ARGV[0]); RETURN NULL; END $$`);
    const { rows } = await pool.query<Written>(
      `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND NOT c.relname = ANY ($1)`,
      [except],
    );
    for (const { name } of rows) await pool.query(triggersOf(name));
    return new Changes(pool);
  }

  /** The tables that were written since the last look, each once. */
  async look(): Promise<string[]> {
    const { rows } = await this.pool.query<Written>({
      name: 'look',
      text: 'DELETE FROM watched.changes RETURNING name',
    });
    return [...new Set(rows.map(({ name }) => name))].sort();
  }
}

function triggersOf(name: string): string {
  return `
    CREATE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON ${name} FOR EACH ROW EXECUTE FUNCTION watched.note('${name}');
    CREATE TRIGGER emptied AFTER TRUNCATE ON ${name} FOR EACH STATEMENT EXECUTE FUNCTION watched.note('${name}')`;
}
