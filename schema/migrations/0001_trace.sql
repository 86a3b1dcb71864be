ALTER TABLE "commands" ADD COLUMN "trace" text;--> statement-breakpoint
ALTER TABLE "timers" ADD COLUMN "correlation_id" text;--> statement-breakpoint
ALTER TABLE "timers" ADD COLUMN "trace" text;
