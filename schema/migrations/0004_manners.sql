ALTER TABLE "messages" ADD COLUMN "started" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "not_before" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "cards" jsonb;--> statement-breakpoint
ALTER TABLE "threads" ADD COLUMN "rich" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE FUNCTION "consents_are_kept"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what was said about consent is never changed or deleted' USING ERRCODE = 'restrict_violation';
END $$;--> statement-breakpoint
CREATE TRIGGER "consents_are_kept" BEFORE UPDATE OR DELETE ON "consents" FOR EACH ROW EXECUTE FUNCTION "consents_are_kept"();
