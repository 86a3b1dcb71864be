ALTER TABLE "actors" ALTER COLUMN "standing" DROP EXPRESSION;--> statement-breakpoint
CREATE INDEX "actors_restless" ON "actors" USING btree ("active_hour") WHERE standing is null;