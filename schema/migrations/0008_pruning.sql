CREATE INDEX "commands_created" ON "commands" USING brin ("created_at");--> statement-breakpoint
CREATE INDEX "dedupe_at" ON "dedupe" USING brin ("at");