CREATE TABLE "waitlist_joins" (
	"store_id" integer NOT NULL,
	"command_id" uuid NOT NULL,
	"entry_id" uuid,
	CONSTRAINT "waitlist_joins_store_id_command_id_pk" PRIMARY KEY("store_id","command_id")
);
--> statement-breakpoint
ALTER TABLE "waitlist_joins" ADD CONSTRAINT "waitlist_joins_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."stores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "waitlist_joins" ADD CONSTRAINT "waitlist_joins_store_id_entry_id_waitlist_store_id_id_fk" FOREIGN KEY ("store_id","entry_id") REFERENCES "public"."waitlist"("store_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "waitlist_joins_entry" ON "waitlist_joins" USING btree ("store_id","entry_id");--> statement-breakpoint
INSERT INTO "waitlist_joins" ("store_id", "command_id", "entry_id") SELECT "store_id", "id", "id" FROM "waitlist";
