CREATE INDEX "actors_restless" ON "actors" USING btree ("active_hour") WHERE standing is null;--> statement-breakpoint
ALTER TABLE "actors" ALTER COLUMN "standing" DROP EXPRESSION;--> statement-breakpoint
-- A process of an older version knows nothing of `standing`: where it moves an actor, this notes so. To be dropped once none runs any more.
CREATE FUNCTION actors_moved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.standing := NULL; RETURN NEW; END $$;--> statement-breakpoint
CREATE TRIGGER actors_moved BEFORE UPDATE OF value ON actors FOR EACH ROW
  WHEN (NEW.standing IS NOT NULL AND NEW.standing IS NOT DISTINCT FROM OLD.standing AND NEW.value IS DISTINCT FROM OLD.value)
  EXECUTE FUNCTION actors_moved();
