ALTER TABLE "stores" ADD COLUMN "place" text;--> statement-breakpoint
ALTER TABLE "stores" ADD COLUMN "contact" text;--> statement-breakpoint
ALTER TABLE "stores" ADD COLUMN "persona" text;